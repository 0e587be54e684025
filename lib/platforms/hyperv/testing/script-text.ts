/*
 * What no Windows tells here, because no script runs: a variable that is misspelt is $null in Windows PowerShell 5.1, without a word, and a
 * method that only newer .NET has fails when it is called. Both are found in the text.
 */

/** about_Automatic_Variables and about_Preference_Variables of Windows PowerShell 5.1, as far as they are used. */
const automatic = new Set(['_', 'null', 'true', 'false', 'PSVersionTable', 'LASTEXITCODE', 'ErrorActionPreference', 'ProgressPreference', 'WarningPreference', 'ConfirmPreference', 'InformationPreference', 'VerbosePreference', 'OutputEncoding'].map((name) => name.toLowerCase()));

/** Static members of .NET Framework 4.6 (its API browser), which Windows PowerShell 5.1 runs on, by type without "System.". */
const members: Readonly<Record<string, readonly string[]>> = {
  BitConverter: ['ToString'],
  Console: ['In', 'Out', 'OutputEncoding'],
  Convert: ['FromBase64String', 'ToBase64String'],
  DateTime: ['Parse', 'UtcNow'],
  'Diagnostics.Stopwatch': ['StartNew'],
  Environment: ['Exit'],
  'Globalization.CultureInfo': ['InvariantCulture'],
  'Globalization.DateTimeStyles': ['RoundtripKind'],
  Guid: ['NewGuid'],
  'IO.File': ['Delete', 'Open', 'ReadAllText'],
  'IO.FileAccess': ['ReadWrite', 'Write'],
  'IO.FileMode': ['CreateNew', 'Open'],
  'IO.FileShare': ['Delete', 'None'],
  'IO.Path': ['GetTempPath'],
  Math: ['Abs'],
  PowerShell: ['Create'],
  scriptblock: ['Create'],
  'Security.Principal.WindowsBuiltInRole': ['Administrator'],
  'Security.Principal.WindowsIdentity': ['GetCurrent'],
  string: ['Equals'],
  StringComparison: ['OrdinalIgnoreCase'],
  'Text.Encoding': ['UTF8'],
};

/** The text without comments and without strings in which nothing is replaced. */
function active(text: string): string {
  return text.replaceAll(/'(?:[^'\n]|'')*'/g, "''").replaceAll(/(?:^|\s)#.*$/gm, '');
}

/** Variables that are read and never given a value. Names do not tell upper from lower case. */
export function unassigned(text: string): string[] {
  const script = active(text);
  const named = (pattern: RegExp): string[] => [...script.matchAll(pattern)].map(([, name = '']) => name.toLowerCase());
  const parameters = [...script.matchAll(/param\s*\(([^)]*)\)/gi)].flatMap(([, list = '']) => [...list.matchAll(/\$(\w+)/g)].map(([, name = '']) => name.toLowerCase()));
  const given = new Set([...named(/\$(\w+)\s*[+-]?=(?!=)/g), ...named(/foreach\s*\(\s*\$(\w+)\s+in\b/gi), ...parameters]);
  return [...new Set(named(/\$(\w+)(?!:)\b/g))].filter((name) => !given.has(name) && !automatic.has(name));
}

/** Static members that .NET Framework is not known to have. */
export function unknownMembers(text: string): string[] {
  return [...active(text).matchAll(/\[([A-Za-z.]+)\]::(\w+)/g)].flatMap(([whole, type = '', member = '']) => {
    const known = Object.entries(members).find(([name]) => name.toLowerCase() === type.replace(/^System\./i, '').toLowerCase());
    return known?.[1].some((one) => one.toLowerCase() === member.toLowerCase()) === true ? [] : [whole];
  });
}

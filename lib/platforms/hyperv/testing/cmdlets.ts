import { readFileSync } from 'node:fs';
import type { ParsedScript } from './parse.ts';

type Documented = Record<string, Record<string, { parameters: Record<string, { type: string; values?: string[] }> }>>;

const documented = JSON.parse(readFileSync(new URL('./powershell-cmdlets.json', import.meta.url), 'utf8')) as Documented;

/** about_CommonParameters of Windows PowerShell 5.1. */
const common = ['ErrorAction', 'WarningAction', 'Confirm', 'WhatIf', 'Verbose'];

/** Cmdlets of Windows PowerShell itself that the scripts use, with the parameters of 5.1 that they use. */
const core: Record<string, string[]> = {
  'Add-Type': [], 'Get-CimInstance': ['Namespace', 'ClassName'], 'Invoke-CimMethod': ['ClassName', 'MethodName', 'Arguments'], 'Get-Content': ['LiteralPath'], 'Get-Date': [], 'Get-FileHash': ['LiteralPath', 'Algorithm'], 'Get-WinEvent': ['FilterHashtable', 'MaxEvents'], 'Get-ItemProperty': ['Path'], 'Get-ChildItem': ['LiteralPath', 'Recurse', 'Filter', 'Directory'],
  'New-Item': ['ItemType', 'Path'], 'Remove-Item': ['LiteralPath', 'Recurse', 'Force'], 'Join-Path': ['Path', 'ChildPath'], 'Split-Path': ['Path', 'Parent'],
  'Test-Path': ['LiteralPath'], 'New-Object': [], 'ConvertFrom-Json': ['InputObject'], 'ConvertTo-Json': ['InputObject', 'Depth', 'Compress'], 'Remove-TypeData': ['TypeName'],
  'ForEach-Object': [], 'Where-Object': [], 'Sort-Object': ['Property'], 'Get-Service': ['Name'], 'Get-Module': ['ListAvailable', 'Name'], 'Start-Sleep': ['Milliseconds'],
};
/** Programs of Windows. */
const programs = new Set(['shutdown.exe']);

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

function parametersOf(name: string): Record<string, { type: string; values?: string[] }> | null {
  for (const cmdlets of Object.values(documented)) {
    const found = Object.entries(cmdlets).find(([cmdlet]) => same(cmdlet, name));
    if (found !== undefined) return found[1].parameters;
  }
  const plain = Object.entries(core).find(([cmdlet]) => same(cmdlet, name));
  return plain === undefined ? null : Object.fromEntries(plain[1].map((parameter) => [parameter, { type: 'any' }]));
}

/** What stands in a script that no documentation knows: cmdlets, parameters, also those that come from a table, accepted values. A call of a variable is let pass. */
export function undocumented({ commands, tables }: Pick<ParsedScript, 'commands' | 'tables'>): string[] {
  return commands.flatMap(({ name, line, parameters: written, splatted }) => {
    if (name.startsWith('$') || name.startsWith('(') || programs.has(name)) return [];
    const known = parametersOf(name);
    if (known === null) return [`line ${line}: nothing is known of ${name}`];
    const untold = splatted.filter((variable) => (tables[variable] ?? null) === null).map((variable) => `line ${line}: ${name} is given @${variable}, whose keys cannot be told from the text`);
    const parameters = [...written, ...splatted.flatMap((variable) => tables[variable] ?? [])];
    return [...untold, ...parameters.flatMap(({ name: parameter, values }) => {
      const found = Object.entries(known).find(([candidate]) => same(candidate, parameter));
      if (found === undefined) return common.some((candidate) => same(candidate, parameter)) ? [] : [`line ${line}: ${name} has no parameter ${parameter}`];
      const { values: accepted } = found[1];
      return accepted === undefined || values === null ? [] : values.filter((value) => !accepted.some((one) => same(one, value))).map((value) => `line ${line}: ${name} -${parameter} does not take "${value}"`);
    })];
  });
}

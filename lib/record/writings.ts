/** A way in which a text is written: the source of a regular expression, and how much of the text it stands for; the longer goes first. */
export interface Writing {
  source: string;
  weight: number;
}

/** Base64 of a part of something longer is looked for from this many characters on; less of it occurs by chance. */
const tellingBase64 = 8;

const inPattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);

/** A number in hexadecimal, in large and small letters. */
function hex(number: number, width: number): string {
  return number.toString(16).padStart(width, '0').replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

const names: Readonly<Record<string, string>> = { '"': 'quot', "'": 'apos', '<': 'lt', '>': 'gt' };
const letters: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't', '\b': 'b', '\f': 'f' };
/** Before a character that a JSON, a shell or a PowerShell reserves; JSON in JSON in JSON writes seven. Bounded, so that no text of a hostile cluster takes long. */
const escapes = String.raw`[\\${'`'}]{0,8}`;

/**
 * The ways of one character, each as a source. Letters and figures stand for themselves everywhere. The others are escaped for JSON (Go,
 * .NET and PowerShell 5.1 write more of them as \u0026 than they must, Python and PHP all that is not ASCII, PHP also \/), for HTML and
 * XML, for URLs and forms, for shells, and as bytes (\xc3, Python and Node) or for CLIXML (_x000A_).
 */
function waysOf(character: string): string[] {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  const bytes = [...Buffer.from(character)];
  const code = character.codePointAt(0) ?? 0;
  const name = names[character];
  const letter = letters[character];
  return [
    `${escapes}${inPattern(character)}${character === '&' ? '(?:amp;){0,4}' : ''}`,
    units.map((unit) => String.raw`\\{1,8}u${hex(unit, 4)}`).join(''),
    `${escapes}&(?:amp;){0,4}(?:#0{0,5}${code}|#[xX]0{0,5}${hex(code, 1)}${name === undefined ? '' : `|${name}`});`,
    bytes.map((byte) => `%(?:25)?${hex(byte, 2)}`).join(''),
    bytes.map((byte) => String.raw`\\{1,8}x${hex(byte, 2)}`).join(''),
    units.map((unit) => `_x${hex(unit, 4)}_`).join(''),
    ...(letter === undefined ? [] : [String.raw`\\{1,8}${letter}`]),
    ...(character === ' ' ? [String.raw`\+`] : []),
  ];
}

const anyOf = (ways: readonly string[]): string => `(?:${ways.join('|')})`;
const apostrophe = anyOf(waysOf("'"));
const quotationMark = anyOf(waysOf('"'));
/** An apostrophe inside apostrophes, as a POSIX shell takes it: '\'' and '"'"'. */
const inShell = [String.raw`${apostrophe}\\{1,8}${apostrophe}${apostrophe}`, `${apostrophe}${quotationMark}${apostrophe}${quotationMark}${apostrophe}`];

/** @param atEdge then it is not taken twice: the other one may be the quotation mark around the text, without which what is left is no JSON. */
function ofCharacter(character: string, atEdge: boolean): string {
  if (/[A-Za-z0-9]/.test(character)) return character;
  const ways = waysOf(character);
  // PowerShell, SQL, YAML and CSV write a quotation mark twice; PowerShell also those of typographers.
  const twice = atEdge || !/["'‘’‚‛]/.test(character) ? [] : ways.map((way) => `${way}${way}`);
  return anyOf([...(character === "'" ? inShell : []), ...twice, ...ways]);
}

function ofText(text: string): string {
  // Runs of these in one piece: one by one, a long run in a hostile text could be divided among them in very many ways.
  const parts = text.match(/[\\`]+|[^\\`]/gu) ?? [];
  return parts.map((part, index) => (/^[\\`]/.test(part) ? String.raw`(?:[\\${'`'}]{${part.length},${part.length * 8}}|${Array.from(part, (one) => anyOf(waysOf(one).slice(1))).join('')})` : ofCharacter(part, index === 0 || index === parts.length - 1))).join('');
}

function ofBase64(bytes: Buffer): Writing[] {
  return [bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')].map((text) => ({ source: `${ofText(text)}${ofCharacter('=', true)}{0,2}`, weight: text.length }));
}

/** What of the base64 of something longer is the same whatever stands around these bytes, for each place that they can have in it. */
function ofBase64Within(bytes: Buffer): Writing[] {
  const cores = [0, 1, 2].map((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    return shifted.toString('base64').slice(Math.ceil((offset * 8) / 6), Math.floor((shifted.length * 8) / 6));
  });
  const telling = cores.filter((core) => core.length >= tellingBase64);
  return telling.flatMap((core) => [core, core.replaceAll('+', '-').replaceAll('/', '_')]).map((core) => ({ source: `${ofText(core)}[A-Za-z0-9]?`, weight: core.length }));
}

/**
 * The ways in which a text is written into headers, URLs, forms, command lines, JSON, markup, logs and memory dumps, and mixtures of them.
 *
 * @param whole false for a line of something longer: nobody writes it by itself into a command that is then encoded.
 */
export function writingsOf(text: string, whole: boolean): Writing[] {
  const bytes = Buffer.from(text);
  // As PowerShell takes a command by -EncodedCommand, and as Windows has texts in memory.
  const wide = Buffer.from(text, 'utf16le');
  const found = [
    { source: ofText(text), weight: text.length },
    ...ofBase64(bytes),
    ...(whole ? [...ofBase64(wide), ...ofBase64Within(bytes), ...ofBase64Within(wide), ...[bytes, wide].map((some) => ({ source: [...some].map((byte) => hex(byte, 2)).join(''), weight: some.length * 2 }))] : []),
  ];
  return [...new Map(found.map((writing) => [writing.source, writing])).values()];
}

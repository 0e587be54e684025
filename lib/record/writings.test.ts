import { assert, constantFrom, property, string, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { registerSecret, scrub } from './scrub.ts';
import { writingsOf } from './writings.ts';

/** With what every way of writing writes otherwise. */
const secret = String.raw`x<y&z'w+p"qé\/😀` + "`$ \tv";

/** \u0026 for every character that is not among these. */
const escaped = (text: string, plain: RegExp, large: boolean): string =>
  Array.from(text, (character) => (plain.test(character) ? character : Array.from({ length: character.length }, (_, index) => {
    const digits = character.charCodeAt(index).toString(16).padStart(4, '0');
    return `\\u${large ? digits.toUpperCase() : digits}`;
  }).join(''))).join('');
const json = (text: string): string => JSON.stringify(text).slice(1, -1);

/** As the documentation of each says that it writes. */
const writers: readonly { by: string; write: (text: string) => string }[] = [
  { by: 'Go (encoding/json)', write: (text) => json(text).replace(/[<>&]/g, (character) => escaped(character, /^$/, false)) },
  { by: 'PowerShell 5.1 (ConvertTo-Json)', write: (text) => json(text).replace(/[<>&']/g, (character) => escaped(character, /^$/, false)) },
  { by: '.NET (System.Text.Json)', write: (text) => escaped(text, /[A-Za-z0-9 \\!#$%()*,./:;=?@[\]^_{|}~-]/, true).replaceAll(/\\(?!u)/g, String.raw`\\`) },
  { by: 'Python (json.dumps)', write: (text) => json(text).replace(/[^\0-~]/gu, (character) => escaped(character, /^$/, false)) },
  { by: 'PHP (json_encode)', write: (text) => json(text).replaceAll('/', String.raw`\/`).replace(/[^\0-~]/gu, (character) => escaped(character, /^$/, false)) },
  { by: 'PowerShell, in quotes', write: (text) => text.replaceAll("'", "''") },
  { by: 'CSV', write: (text) => text.replaceAll('"', '""') },
  { by: 'Python (repr of bytes)', write: (text) => [...Buffer.from(text.replaceAll('\\', String.raw`\\`))].map((byte) => (byte < 127 && byte > 31 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`)).join('') },
  { by: 'PowerShell (-EncodedCommand)', write: (text) => Buffer.from(text, 'utf16le').toString('base64') },
  { by: 'a dump in hexadecimal', write: (text) => Buffer.from(text).toString('hex').toUpperCase() },
  { by: 'a URL in a URL', write: (text) => encodeURIComponent(encodeURIComponent(text)) },
  { by: 'HTML in HTML', write: (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('&', '&amp;').replaceAll("'", '&#039;') },
];

test.each(writers)('as $by writes it, also inside JSON', ({ write }) => {
  registerSecret(secret);
  expect(scrub(`before ${write(secret)} after`)).toBe('before [secret] after');
  expect(scrub(JSON.stringify({ word: `${write(secret)} after` }))).toBe('{"word":"[secret] after"}');
});

describe('in the middle of a command that is encoded as a whole', () => {
  test.each(['utf16le', 'utf8'] as const)('%s, wherever it stands', (encoding) => {
    registerSecret('Correct4Horse+Battery');
    for (const before of ['', 'a', 'ab', 'abc', 'Set-Password ']) {
      const encoded = Buffer.from(`${before}Correct4Horse+Battery -Force`, encoding).toString('base64');
      const left = scrub(encoded);
      expect(left).toContain('[secret]');
      expect(Buffer.from(left.replace('[secret]', ''), 'base64').toString('latin1')).not.toMatch(/o\0?r\0?r\0?e|t\0?t\0?e\0?r/);
    }
  });
});

test('JSON that is scrubbed as a text stays JSON, whatever quotation marks the secret ends with', () => {
  for (const one of ['one-ends-with-"', `another-ends-with-'`, 'a-third-ends-with-\\', '"begins-and-ends"']) {
    registerSecret(one);
    expect(JSON.parse(scrub(JSON.stringify({ word: one, next: [one] })))).toEqual({ word: '[secret]', next: ['[secret]'] });
  }
});

test('a long run of what is escaped is no trap for whoever scrubs it', () => {
  const hostile = '\\\\\\\\""\'\'``%%&&';
  const [text] = writingsOf(hostile, true);
  const pattern = new RegExp(text?.source ?? '', 'g');
  expect(`${hostile}!`.replace(pattern, '-')).toBe('-!');
  for (const run of ['\\', '"', "'", '`', '%25', '&amp;']) expect(run.repeat(2000).replace(pattern, '-')).toBe(run.repeat(2000));
});

test('every writer by itself and in JSON, of whatever text', () => {
  const special = string({ unit: constantFrom('a', 'Z', '7', '<', '>', '&', "'", '"', '\\', '/', '+', '=', '%', '`', ' ', 'é', '😀', '‘'), minLength: 5, maxLength: 10 });
  assert(property(tuple(special, constantFrom(...writers)), ([core, { write }]) => {
    const text = `${core}end`;
    registerSecret(text);
    expect(scrub(write(text))).toMatch(/^[^A-Za-z0-9]*\[secret\]$/);
    expect(scrub(`(${write(text)})`)).toMatch(/^\([^A-Za-z0-9]*\[secret\]\)$/);
  }), { numRuns: 40, seed: 1, endOnFailure: true });
});

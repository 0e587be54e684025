import { basename } from 'node:path';
import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { numberedName, safeName } from './safe-name.ts';

test.each([
  ['migration-n1-n2.log', 'migration-n1-n2.log'],
  ['../../etc/passwd', 'etc-passwd'],
  ['.hidden', 'hidden'],
  ['naïve café.txt', 'nai-ve-cafe-.txt'],
  ['"; rm -rf /', 'rm--rf'],
  ['...', 'file'],
  ['', 'file'],
])('%j becomes %s', (text, name) => {
  expect(safeName(text)).toBe(name);
});

test('whatever the text: a plain, visible file name of at most 100 characters that keeps its extension', () => {
  assert(property(string({ unit: 'binary', maxLength: 300 }), (text) => {
    const name = safeName(text);
    expect(name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/);
    expect(basename(name)).toBe(name);
  }));
  expect(safeName(`${'a'.repeat(200)}.json`)).toMatch(/^a{95}\.json$/);
});

test('a number comes before the extension', () => {
  expect([1, 2, 3].map((number) => numberedName('a.log', number))).toEqual(['a.log', 'a-2.log', 'a-3.log']);
  expect(numberedName('log', 2)).toBe('log-2');
});

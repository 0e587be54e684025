import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { linesOf, openLines } from './line-file.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'line-file-'));
  file = join(folder, 'lines');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('lines are read in their order, however long they are and whatever letters stand in them', () => {
  const told = ['é'.repeat(700_000), '', 'short', '日本', 'x'.repeat(2 ** 18 - 1), 'last'];
  const lines = openLines(file);
  for (const line of told) lines.append(line);
  lines.close();
  expect([...linesOf(file)]).toEqual(told);
});

test('half a line is none', () => {
  writeFileSync(file, 'whole\nhal');
  expect([...linesOf(file)]).toEqual(['whole']);
});

test('an empty file has no line, and one that is not there is an error', () => {
  writeFileSync(file, '');
  expect([...linesOf(file)]).toEqual([]);
  expect(() => linesOf(join(folder, 'none')).next()).toThrow('ENOENT');
});

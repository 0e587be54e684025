import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { fileWithin } from './file-within.ts';

let folder = '';
beforeEach(() => {
  const root = mkdtempSync(join(tmpdir(), 'within-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  folder = join(root, 'run');
  mkdirSync(join(folder, 'evidence'), { recursive: true });
  writeFileSync(join(root, 'secret'), 'of this machine');
  writeFileSync(join(folder, 'evidence', 'a.log'), 'a');
});

test('a file of the record is found, and one that is not there is named', () => {
  for (const name of ['evidence/a.log', 'evidence/b.log']) expect(fileWithin(folder, name)).toBe(join(folder, name));
});

test.each<[string, string, () => void, RegExp]>([
  ['a path to outside', '../secret', () => undefined, /lies outside/],
  ['a link to outside', 'evidence/link', () => symlinkSync('../../secret', join(folder, 'evidence', 'link')), /link to outside/],
  ['a file below a linked folder', 'linked/secret', () => symlinkSync('..', join(folder, 'linked')), /link to outside/],
  ['a folder', 'evidence', () => undefined, /is no file/],
  ['a pipe', 'evidence/pipe', () => execFileSync('mkfifo', [join(folder, 'evidence', 'pipe')]), /is no file/],
])('%s is refused', (_, name, make, why) => {
  make();
  expect(() => fileWithin(folder, name)).toThrow(why);
});

test('a record that is itself reached by a link is read', () => {
  const link = `${folder}-latest`;
  symlinkSync('run', link);
  expect(fileWithin(link, 'evidence/a.log')).toBe(join(link, 'evidence/a.log'));
});

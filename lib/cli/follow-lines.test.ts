import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { followLines } from './follow-lines.ts';

test('gives each line once and whole, however the writing is cut, in the middle of a character as well', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lines-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'events.jsonl');
  const follower = followLines(file);
  expect(follower.read()).toEqual([]);
  const bytes = Buffer.from('one\nzwei ü\n\ndrei 山 x\n');
  const seen: string[] = [];
  for (const byte of bytes) {
    appendFileSync(file, Uint8Array.of(byte));
    seen.push(...follower.read());
  }
  expect(seen).toEqual(['one', 'zwei ü', '', 'drei 山 x']);
  appendFileSync(file, 'four\nfive\nsi');
  expect(follower.read()).toEqual(['four', 'five']);
  expect(follower.read()).toEqual([]);
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { followLines, openLines, waitUntil } from './line-file.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'line-file-'));
  file = join(folder, 'lines');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('lines are followed in their order, however long they are and whatever letters stand in them', () => {
  const told = ['é'.repeat(700_000), '', 'short', '日本'];
  const lines = openLines(file);
  for (const line of told) lines.append(line);
  lines.close();
  const next = followLines(file, process.ppid);
  expect(told.map(() => next())).toEqual(told);
});

test('a line that is not there yet is waited for, and half of one is none', async () => {
  const code = `
    const { appendFileSync } = await import('node:fs');
    const wait = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 40);
    for (const part of ['ear', 'ly\\nla', 'te\\n']) {
      wait();
      appendFileSync(${JSON.stringify(file)}, part);
    }`;
  const other = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  const next = followLines(file, process.ppid);
  expect([next(), next()]).toEqual(['early', 'late']);
  await other.terminate();
});

test('nobody waits for a process that is gone', () => {
  const gone = spawnSync(process.execPath, ['--eval', '']).pid;
  expect(() => followLines(file, gone)()).toThrow('is gone');
  expect(() => waitUntil(() => false, gone)).toThrow('is gone');
});

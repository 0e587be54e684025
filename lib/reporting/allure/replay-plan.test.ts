import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { RuntimeMessage } from 'allure-js-commons/sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { awaitReplayIndex, followMessages, openMessages, writeReplayIndex } from './replay-plan.ts';
import type { ReplayTest } from './replay-plan.ts';

const module_ = new URL('./replay-plan.ts', import.meta.url).href;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-plan-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const scenario = (id: string): ReplayTest => ({ id, name: id, titlePath: ['lab'], status: 'failed', message: 'ü', start: 1, stop: 2 });
const described = (description: string): RuntimeMessage[] => [{ type: 'metadata', data: { description } }];

test('each test finds its own messages, whatever letters and however many stand in those before it', () => {
  const tests = [scenario('one.r1'), scenario('two.r1'), scenario('three.r1')];
  const told = [described('é'.repeat(700_000)), described('short\nof two lines'), described('日本')];
  writeReplayIndex(folder, tests);
  const messages = openMessages(folder);
  for (const one of told) messages.append(one);
  messages.close();
  expect(awaitReplayIndex(folder, process.ppid)).toEqual(tests);
  const next = followMessages(folder, process.ppid);
  expect(told.map(() => next())).toEqual(told);
});

test('what is not there yet is waited for, and half of a message is none', async () => {
  const code = `
    const { appendFileSync } = await import('node:fs');
    const { writeReplayIndex, openMessages } = await import(${JSON.stringify(module_)});
    const wait = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 40);
    wait();
    writeReplayIndex(${JSON.stringify(folder)}, []);
    wait();
    appendFileSync(${JSON.stringify(join(folder, 'replay-messages.jsonl'))}, '[{"type":"metadata","da');
    wait();
    appendFileSync(${JSON.stringify(join(folder, 'replay-messages.jsonl'))}, 'ta":{"description":"late"}}]\\n');`;
  const other = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  expect(awaitReplayIndex(folder, process.ppid)).toEqual([]);
  expect(followMessages(folder, process.ppid)()).toEqual(described('late'));
  await other.terminate();
});

test('nobody waits for a process that is gone', () => {
  const gone = spawnSync(process.execPath, ['--eval', '']).pid;
  expect(() => awaitReplayIndex(folder, gone)).toThrow('is gone');
  expect(() => followMessages(folder, gone)()).toThrow('is gone');
});

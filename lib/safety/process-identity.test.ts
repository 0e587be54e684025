import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { identifyProcess, isRunning } from './process-identity.ts';

test('this process runs', () => {
  expect(isRunning(identifyProcess())).toBe(true);
});

test('a process that ended does not run', async () => {
  const child = spawn('sleep', ['60']);
  const identity = identifyProcess(child.pid ?? 0);
  expect(isRunning(identity)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isRunning(identity)).toBe(false);
});

test('another process with the same pid is not taken for it', () => {
  const mine = identifyProcess();
  expect(isRunning({ ...mine, startTicks: (mine.startTicks ?? 0) - 1 })).toBe(false);
  expect(isRunning({ ...mine, bootId: 'another boot' })).toBe(false);
});

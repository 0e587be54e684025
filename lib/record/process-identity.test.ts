import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { identify, isAlive, killAndWait, ownIdentity, type ProcessIdentity } from './process-identity.ts';

const started: (() => void)[] = [];
afterEach(() => {
  for (const end of started.splice(0)) end();
});

async function sleeper(): Promise<ProcessIdentity> {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  started.push(() => child.kill('SIGKILL'));
  await once(child, 'spawn');
  const identity = identify(child.pid ?? 0);
  if (identity === null) throw new Error('the sleeper is not in /proc');
  return identity;
}

test('a process is alive until it is killed, and the wait ends when it is gone', async () => {
  const identity = await sleeper();
  expect(isAlive(identity)).toBe(true);
  expect(await killAndWait(identity, 5000)).toBe(true);
  expect(isAlive(identity)).toBe(false);
});

test('a process that only has the same pid is not killed', async () => {
  const identity = await sleeper();
  const namesake = { ...identity, startTime: (identity.startTime ?? 0) - 1 };
  expect(isAlive(namesake)).toBe(false);
  expect(await killAndWait(namesake, 1000)).toBe(true);
  expect(isAlive(identity)).toBe(true);
});

test('a record of an earlier boot of the machine names nobody', async () => {
  const identity = await sleeper();
  expect(isAlive({ ...identity, bootId: 'another boot' })).toBe(false);
});

test('a pid that nobody has cannot be identified', () => {
  expect(identify(2 ** 22 + 1)).toBeNull();
});

test('this process is alive', () => {
  expect(isAlive(ownIdentity())).toBe(true);
});

test('where a start time could not be read, some process of that pid counts', async () => {
  const { pid, bootId } = await sleeper();
  expect(isAlive({ pid, startTime: null, bootId })).toBe(true);
  expect(isAlive({ pid: 2 ** 22 + 1, startTime: null, bootId })).toBe(false);
});

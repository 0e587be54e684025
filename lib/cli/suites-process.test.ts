import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { identify, isAlive } from '../record/process-identity.ts';
import { endGroup, signalGroup } from './suites-process.ts';

test('a worker that outlives its killed parent is ended with the group', async () => {
  const leader = spawn('sh', ['-c', 'sleep 60 & echo $!; wait'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const [chunk] = (await once(leader.stdout, 'data')) as [Buffer];
  const worker = identify(Number(chunk.toString()));
  if (worker === null) throw new Error('the worker is not in /proc');
  const pid = leader.pid ?? 0;
  leader.kill('SIGKILL');
  await once(leader, 'exit');
  expect(isAlive(worker)).toBe(true);
  await endGroup(pid);
  expect(isAlive(worker)).toBe(false);
  expect(signalGroup(pid, 0)).toBe(false);
});

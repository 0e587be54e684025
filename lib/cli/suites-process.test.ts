import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { identifyProcess, isRunning } from '../safety/process-identity.ts';
import { endGroup, signalGroup } from './suites-process.ts';

test('a worker that outlives its killed parent is ended with the group', async () => {
  const leader = spawn('sh', ['-c', 'sleep 60 & echo $!; wait'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const [chunk] = (await once(leader.stdout, 'data')) as [Buffer];
  const worker = identifyProcess(Number(chunk.toString()));
  const pid = leader.pid ?? 0;
  leader.kill('SIGKILL');
  await once(leader, 'exit');
  expect(isRunning(worker)).toBe(true);
  await endGroup(pid);
  expect(isRunning(worker)).toBe(false);
  expect(signalGroup(pid, 0)).toBe(false);
});

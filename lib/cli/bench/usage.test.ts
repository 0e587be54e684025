import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { largestMegabytes, megabytes, processorSeconds } from './usage.ts';

test('what a process and its child use of processor and memory is counted, as the processes themselves count it', async () => {
  const work = 'const own = process.cpuUsage(); for (const untilMs = performance.now() + 400; performance.now() < untilMs;); const { user, system } = process.cpuUsage(own); process.stdout.write(JSON.stringify((user + system) / 1e6)); setInterval(() => {}, 1000);';
  const parent = spawn('sh', ['-c', '"$0" --eval "$1" & wait', process.execPath, work], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pids = [parent.pid ?? 0];
  const [used] = await once(parent.stdout, 'data');
  const counted = processorSeconds(pids);
  expect(counted).toBeGreaterThanOrEqual(Number(String(used)));
  expect(counted).toBeLessThan(Number(String(used)) + 2);
  expect(megabytes(pids)).toBeGreaterThan(10);
  expect(largestMegabytes(pids)).toBeGreaterThan(10);
  expect(largestMegabytes([])).toBe(0);
  const [child] = (await import('node:fs')).readFileSync(`/proc/${pids[0]}/task/${pids[0]}/children`, 'utf8').split(' ').map(Number);
  process.kill(child ?? 0, 'SIGKILL');
  await once(parent, 'exit');
  expect(processorSeconds(pids)).toBe(0);
});

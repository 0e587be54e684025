import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadavg } from 'node:os';
import { labDown } from './host/down.ts';
import { labUp } from './host/up.ts';
import { findWorld } from './host/world-record.ts';
import { askWorld } from './host/control-client.ts';
import type { Milestone } from './world/startup.ts';

/** Measures the cold start: from the cached root filesystem to "the guests answer" and to "healthy". Needs a lab that is down. */
const { values } = parseArgs({ options: { starts: { type: 'string', default: '5' }, pause: { type: 'string', default: '5' } } });

function describe(name: string, times: readonly number[]): string {
  const sorted = [...times].sort((left, right) => left - right);
  const seconds = (index: number): number => (sorted[index] ?? Number.NaN) / 1000;
  const last = sorted.length - 1;
  const median = (seconds(Math.floor(last / 2)) + seconds(Math.ceil(last / 2))) / 2;
  return `${name}: min ${seconds(0).toFixed(1)} s, median ${median.toFixed(1)} s, max ${seconds(last).toFixed(1)} s (${sorted.length} starts)`;
}

if (findWorld() !== null) {
  process.stderr.write('The lab is up. End it with "ha-acceptance lab down", then measure its start.\n');
  process.exit(3);
}
const answering: number[] = [];
const healthy: number[] = [];
for (let start = 1; start <= Number(values.starts); start += 1) {
  const load = (loadavg()[0] ?? 0).toFixed(1);
  const began = performance.now();
  const world = await labUp({ lifeline: true, onProgress: () => undefined });
  healthy.push(performance.now() - began);
  const { milestones } = await askWorld<{ milestones: Milestone[] }>(world, '/state');
  answering.push(Math.max(...milestones.filter((each) => each.name.startsWith('guest ')).map((each) => each.afterMs)));
  process.stdout.write(`start ${start}: guests answer after ${((answering.at(-1) ?? 0) / 1000).toFixed(1)} s, healthy after ${((healthy.at(-1) ?? 0) / 1000).toFixed(1)} s (load before: ${load})\n`);
  await labDown();
  await sleep(Number(values.pause) * 1000);
}
process.stdout.write(`${describe('guests answer', answering)}\n${describe('healthy', healthy)}\n`);

import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import ping from 'ping';
import { blockMainLoop } from './load.ts';

/**
 * The usual loop around npm's ping, for each target: one process a probe, the next when the last has come back, but not before its
 * time. Arguments: a JSON document. Writes what it saw to a file at the end of standard input.
 */
export interface NpmPingJob {
  targets: string[];
  periodMs: number;
  file: string;
  blockMain: boolean;
}

/** One probe; ns of CLOCK_MONOTONIC, null: it said that the target is dead. */
export interface NpmPingSample {
  sentNs: number;
  answeredNs: number | null;
}

const job = JSON.parse(process.argv[2] ?? '{}') as NpmPingJob;
const samples: NpmPingSample[][] = job.targets.map(() => []);
const end = new AbortController();

async function loop(target: string, into: NpmPingSample[]): Promise<void> {
  while (!end.signal.aborted) {
    const sentNs = Number(process.hrtime.bigint());
    const { alive } = await ping.promise.probe(target, { timeout: 1, numeric: true });
    into.push({ sentNs, answeredNs: alive ? Number(process.hrtime.bigint()) : null });
    await delay(Math.max(0, job.periodMs - (Number(process.hrtime.bigint()) - sentNs) / 1e6));
  }
}

const loops = job.targets.map(async (target, index) => loop(target, samples[index] ?? []));
process.stdout.write('{}\n');
if (job.blockMain) blockMainLoop();
for await (const line of createInterface({ input: process.stdin })) if (line === 'stop') break;
end.abort();
await Promise.all(loops);
writeFileSync(job.file, JSON.stringify(samples));

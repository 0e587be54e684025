import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { openProber } from '../../probes/prober.ts';
import type { RunningProbe } from '../../probes/probe.ts';
import type { IcmpEngineChoice } from '../../probes/icmp-engine.ts';
import { blockMainLoop } from './load.ts';

/**
 * A process that probes as `run` and `probe` do, through the whole prober, files included. One argument, a JSON document. Writes one
 * line once every probe runs, stops at the end of standard input, and ends when the last samples are on disk.
 */
export interface OursJob {
  engine: IcmpEngineChoice;
  targets: string[];
  periodMs: number;
  waitMs: number;
  folder: string;
  blockMain: boolean;
}

const job = JSON.parse(process.argv[2] ?? '{}') as OursJob;
const prober = openProber({ icmpEngine: job.engine });
const anchorNs = process.hrtime.bigint();
const probes = await startAll().catch((error: Error) => {
  process.stdout.write(`${JSON.stringify({ failed: error.message })}\n`);
  process.exit(1);
});
process.stdout.write(`${JSON.stringify({ anchorNs: String(anchorNs) })}\n`);
if (job.blockMain) blockMainLoop();
for await (const line of createInterface({ input: process.stdin })) if (line === 'stop') break;
await Promise.all(probes.map(async (probe) => probe.stop()));
await prober.close();
process.exit(0);

async function startAll(): Promise<RunningProbe[]> {
  return Promise.all(
    job.targets.map(async (target, index) => prober.startProbe({ name: `target-${index}`, kind: 'icmp', guest: null, target, periodMs: job.periodMs, waitMs: job.waitMs }, { file: join(job.folder, `${index}.samples`), anchorNs })),
  );
}

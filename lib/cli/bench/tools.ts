import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { IcmpEngineName } from '../../probes/icmp-engine.ts';
import { readSamples } from '../../record/samples-reader.ts';
import type { Series } from '../../record/samples.ts';
import type { NpmPingJob } from './npm-ping-process.ts';
import type { OursJob } from './ours-process.ts';
import { readAnchor, readNpmPing } from './series.ts';

/** What a tool is to do. */
export interface Job {
  targets: string[];
  periodMs: number;
  /** At most so long, s. */
  seconds: number;
  blockMain?: boolean;
}

/** A tool at work. */
export interface Running {
  /** Its processes, all of them. */
  pids: number[];
  /** Ends it; what it sampled, one series a target with its times on CLOCK_MONOTONIC, empty where it keeps none. */
  finish(): Promise<Series[]>;
}

export interface Tool {
  name: string;
  /** Whether its series tell the slot of each probe by its sequence number, those left out being missing. */
  numbered?: boolean;
  start(job: Job): Promise<Running>;
}

/** Answers under way at the end are awaited so long, ms. */
const waitMs = 1000;
const here = (name: string): string => new URL(name, import.meta.url).pathname;

/** Why a tool cannot take part, to be said in its row. */
export class ToolMissing extends Error {}

async function started(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the child has no output');
  const lines = createInterface({ input: child.stdout });
  const exit = once(child, 'exit').then(() => null);
  const line = await Promise.race([once(lines, 'line'), exit]);
  if (line === null) throw new ToolMissing(`did not start (exit code ${child.exitCode})`);
  return String(line[0]);
}

/** The whole prober, with one of its engines. */
export function ours(engine: IcmpEngineName, name: string): Tool {
  return {
    name,
    numbered: true,
    async start({ targets, periodMs, blockMain = false }) {
      const folder = mkdtempSync(join(tmpdir(), 'ha-acceptance-bench-'));
      const job: OursJob = { engine, targets, periodMs, waitMs, folder, blockMain };
      const child = spawn(process.execPath, [here('./ours-process.ts'), JSON.stringify(job)], { stdio: ['pipe', 'pipe', 'inherit'] });
      const { anchorNs = '0', failed } = JSON.parse(await started(child)) as { anchorNs?: string; failed?: string };
      if (failed !== undefined) {
        rmSync(folder, { recursive: true });
        throw new ToolMissing(failed);
      }
      return {
        pids: [child.pid ?? 0],
        async finish() {
          const exit = once(child, 'exit');
          child.stdin?.end('stop\n');
          await exit;
          const series = targets.map((_, index) => onMonotonic(readSamples(join(folder, `${index}.samples`)), Number(anchorNs)));
          rmSync(folder, { recursive: true });
          return series;
        },
      };
    },
  };
}

function onMonotonic(series: Series, anchorNs: number): Series {
  for (const times of [series.samples.sentNs, series.samples.receivedNs]) for (let row = 0; row < times.length; row++) times[row] = (times[row] ?? Number.NaN) + anchorNs;
  const blind = series.blind.map((stretch) => ({ ...stretch, fromNs: stretch.fromNs + anchorNs, toNs: stretch.toNs + anchorNs }));
  return { ...series, blind, horizonNs: series.horizonNs + anchorNs };
}

/** The small C program, compiled here. */
export function anchor(): Tool {
  return {
    name: 'C program',
    async start({ targets, periodMs, seconds }) {
      const folder = mkdtempSync(join(tmpdir(), 'ha-acceptance-bench-'));
      const [program, output] = [join(folder, 'anchor'), join(folder, 'samples')];
      try {
        execFileSync('gcc', ['-O2', '-o', program, here('./anchor.c')], { stdio: 'pipe' });
      } catch (error) {
        rmSync(folder, { recursive: true });
        throw new ToolMissing('no gcc here', { cause: error });
      }
      const capacity = Math.ceil((seconds * 1000) / periodMs) + 100;
      const child = spawn(program, [String(periodMs * 1000), String(targets.length), String(capacity), output], { stdio: 'inherit' });
      return {
        pids: [child.pid ?? 0],
        async finish() {
          await ended(child);
          const series = readAnchor(output, targets.length, periodMs);
          rmSync(folder, { recursive: true });
          return series;
        },
      };
    },
  };
}

export function npmPing(): Tool {
  return {
    name: 'npm ping',
    async start({ targets, periodMs, blockMain = false }) {
      const folder = mkdtempSync(join(tmpdir(), 'ha-acceptance-bench-'));
      const job: NpmPingJob = { targets, periodMs, file: join(folder, 'samples.json'), blockMain };
      const child = spawn(process.execPath, [here('./npm-ping-process.ts'), JSON.stringify(job)], { stdio: ['pipe', 'pipe', 'inherit'] });
      await started(child);
      return {
        pids: [child.pid ?? 0],
        async finish() {
          const exit = once(child, 'exit');
          child.stdin?.end('stop\n');
          await exit;
          const series = readNpmPing(job.file);
          rmSync(folder, { recursive: true });
          return series;
        },
      };
    },
  };
}

/** Bare commands, for what they cost alone; their lines go nowhere. */
export function bare(name: string, commandFor: (job: Job) => string[][]): Tool {
  return {
    name,
    async start(job) {
      const commands = commandFor(job);
      const program = commands[0]?.[0] ?? '';
      if (!['/usr/bin', '/bin', '/usr/sbin', '/sbin'].some((folder) => existsSync(join(folder, program)))) throw new ToolMissing(`no ${program} here`);
      const nowhere = openSync('/dev/null', 'w');
      const children = commands.map(([command = '', ...args]) => spawn(command, args, { stdio: ['ignore', nowhere, nowhere] }));
      closeSync(nowhere);
      return {
        pids: children.map(({ pid }) => pid ?? 0),
        async finish() {
          await Promise.all(children.map(ended));
          return [];
        },
      };
    },
  };
}

export const barePing = (): Tool => bare('ping, one a target', ({ targets, periodMs }) => targets.map((target) => ['ping', '-n', '-D', '-O', '-i', (periodMs / 1000).toFixed(4), target]));

export const bareFping = (): Tool =>
  bare('fping', ({ targets, periodMs }) => [['fping', '-l', '-D', '-p', String(periodMs), '-i', Math.max(0.01, periodMs / targets.length / 2).toFixed(2), '-t', String(waitMs), ...targets]]);

/** Asks a process to end, by its own id, and waits for it. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

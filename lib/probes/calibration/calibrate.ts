import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { decodeSamples } from '../../record/samples-reader.ts';
import type { Series } from '../../record/samples.ts';
import type { Family } from '../address.ts';
import type { CountedWindow } from '../kernel-gate/gate.ts';

/** What the process that shows the outages is told. */
export interface SyntheticInput {
  periodMs: number;
  /** What is probed: targets take turns. */
  families: readonly Family[];
  /** Who may open an ICMP socket, to be set in namespaces of its own; null: it runs on this machine's loopback. */
  groups: string | null;
}

/** What it answers. Times are ns of CLOCK_MONOTONIC, samples the bytes of samples files. */
export interface SyntheticOutput {
  /** Of every family. */
  engine: string;
  reason: string;
  where: string;
  inKernel: boolean;
  periodMs: number;
  anchorNs: string;
  windows: CountedWindow[];
  samples: string[];
}

/** Synthetic outages and what the prober sampled of them. All times in ns since the anchor of the series. */
export interface SyntheticOutages {
  engine: string;
  reason: string;
  /** Where packets were dropped, and why not in the kernel where they were not. */
  where: string;
  inKernel: boolean;
  periodMs: number;
  targets: { series: Series; windows: CountedWindow[] }[];
}

const pingGroups = '/proc/sys/net/ipv4/ping_group_range';
const ownNamespaces = ['unshare', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', '--'];
/** It takes 4 s on a machine that is not busy. */
const patienceMs = 40_000;

/**
 * Lets this machine's prober measure outages of random, known length at a period, a few seconds long, on many addresses at once.
 * Both families share the time: targets take turns. Root on Linux: in namespaces of its own, dropped by the kernel. Elsewhere: on loopback, by taking answers away. Nothing is left of
 * it, whichever way it ends.
 *
 * @throws Error when no engine can probe here, or the signal aborts.
 */
export async function showSyntheticOutages(periodMs: number, families: readonly Family[], signal: AbortSignal): Promise<SyntheticOutages> {
  const refusals: string[] = [];
  for (const own of process.platform === 'linux' && process.getuid?.() === 0 ? [true, false] : [false]) {
    const output = await ask({ periodMs, families, groups: own ? readFileSync(pingGroups, 'utf8').trim() : null }, own ? ownNamespaces : [], signal);
    if ('failed' in output) refusals.push(output.failed);
    else return { ...output, where: `${output.where}${refusals.length > 0 ? `, because the kernel's gate is refused: ${refusals[0] ?? ''}` : ''}`, targets: targetsOf(output) };
  }
  throw new Error(`the prober cannot be calibrated: ${refusals.join('; ')}`);
}

async function ask(input: SyntheticInput, prefix: readonly string[], signal: AbortSignal): Promise<SyntheticOutput | { failed: string }> {
  const [program, ...args] = [...prefix, process.execPath, new URL('./process.ts', import.meta.url).pathname, JSON.stringify(input)];
  if (program === undefined) throw new Error('there is no program to start');
  signal.throwIfAborted();
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  // The end of its input ends it; nothing else is ever said to it.
  const end = (): void => void child.stdin.destroy();
  signal.addEventListener('abort', end, { once: true });
  const timer = setTimeout(end, patienceMs);
  try {
    const [said, complaint] = await Promise.all([text(child.stdout), text(child.stderr), new Promise((resolve) => child.once('error', resolve).once('close', resolve))]);
    signal.throwIfAborted();
    const line = said.split('\n').find((each) => each.startsWith('{'));
    return line === undefined ? { failed: complaint.trim().split('\n').at(-1) ?? `it did not end within ${patienceMs} ms` } : (JSON.parse(line) as SyntheticOutput);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    end();
  }
}

function targetsOf({ inKernel, anchorNs, windows, samples }: SyntheticOutput): SyntheticOutages['targets'] {
  const anchor = Number(anchorNs);
  const sinceAnchor = windows.map((window) => ({ ...window, fromNs: window.fromNs - anchor, toNs: window.toNs - anchor }));
  return samples.map((bytes, target) => {
    const series = decodeSamples(Buffer.from(bytes, 'base64'), `synthetic-${target}`);
    const own = sinceAnchor.filter((window) => window.target === target);
    return { series, windows: inKernel ? own : own.map((window) => ({ ...window, dropped: takeAway(series, window) })) };
  });
}

/** Takes away the answers that arrived within a window, as a gate in the receive path would. Returns how many. */
export function takeAway({ samples }: Series, { fromNs, toNs }: { fromNs: number; toNs: number }): number {
  let taken = 0;
  for (let row = 0; row < samples.length; row++) {
    const at = samples.receivedNs[row] ?? Number.NaN;
    if (!(at >= fromNs && at < toNs)) continue;
    samples.receivedNs[row] = Number.NaN;
    samples.ok[row] = 0;
    taken++;
  }
  return taken;
}

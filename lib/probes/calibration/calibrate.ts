import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { decodeSamples } from '../../record/samples-reader.ts';
import type { Series } from '../../record/samples.ts';
import type { ProbeKind } from '../../record/types.ts';
import type { Family } from '../address.ts';
import type { IcmpEngineChoice } from '../icmp-engine.ts';
import type { CountedWindow } from '../kernel-gate/gate.ts';
import type { Stall } from '../stall.ts';
import type { StreamWish } from './streams.ts';

/** What is to be calibrated. */
export interface SyntheticWish {
  /** Period of the icmp probes, ms; it also sets how long the whole takes. */
  periodMs: number;
  /** What is probed by icmp: targets take turns. None: nothing is. */
  families: readonly Family[];
  /** Kinds that connect or ask; they share the seconds of icmp. */
  streams: readonly StreamWish[];
  /** Default: as the environment variable says, else the best. */
  engine?: IcmpEngineChoice;
}

/** What the process that shows the outages is told. */
export interface SyntheticInput extends SyntheticWish {
  /** Who may open an ICMP socket, to be set in namespaces of its own; null: it runs on this machine's loopback. */
  groups: string | null;
}

/** What it answers. Times are ns of CLOCK_MONOTONIC, samples the bytes of samples files. */
export interface SyntheticOutput {
  where: string;
  inKernel: boolean;
  anchorNs: string;
  windows: CountedWindow[];
  /** When the servers that connections and questions go to stood still. */
  serverStalls: Stall[];
  targets: { kind: ProbeKind; engine: string; engineReason: string; samples: string }[];
}

/** One target of synthetic outages. All times in ns since the anchor of the series. */
export interface SyntheticTarget {
  series: Series;
  windows: CountedWindow[];
}

/** Synthetic outages and what the prober sampled of them. */
export interface SyntheticOutages {
  /** Where packets were dropped, and why not in the kernel where they were not. */
  where: string;
  inKernel: boolean;
  /** Why the kernel dropped nothing; null: it did. */
  noGate: string | null;
  /** Engines and reasons are those of every family. On loopback there is only icmp: the rest is not calibrated there. */
  kinds: { kind: ProbeKind; engine: string; reason: string; targets: SyntheticTarget[] }[];
}

const pingGroups = '/proc/sys/net/ipv4/ping_group_range';
const ownNamespaces = ['unshare', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', '--'];
/** It takes 4 s on a machine that is not busy. */
const patienceMs = 40_000;

/**
 * Lets this machine's prober measure outages of random, known length at a period, a few seconds long, on many addresses at once.
 * Families and kinds share the time. Root on Linux: in namespaces of its own, dropped by the kernel. Elsewhere: on loopback, by taking
 * answers away, and icmp only: there the connection of a probe would stand although its answer is taken, and TCP would not send
 * again, which is a part of what these kinds measure. Nothing is left of it, whichever way it ends.
 *
 * @throws Error when no engine can probe here, or the signal aborts.
 */
export async function showSyntheticOutages(wish: SyntheticWish, signal: AbortSignal): Promise<SyntheticOutages> {
  const refusals: string[] = [];
  for (const own of process.platform === 'linux' && process.getuid?.() === 0 ? [true, false] : [false]) {
    if (!own && wish.families.length === 0) return { where: 'nowhere', inKernel: false, noGate: refusals[0] ?? gateNeeds, kinds: [] };
    const output = await ask({ ...wish, groups: own ? readFileSync(pingGroups, 'utf8').trim() : null }, own ? ownNamespaces : [], signal);
    if ('failed' in output) refusals.push(output.failed);
    else return { inKernel: output.inKernel, noGate: output.inKernel ? null : (refusals[0] ?? gateNeeds), where: `${output.where}${refusals.length > 0 ? `, because the kernel's gate is refused: ${refusals[0] ?? ''}` : ''}`, kinds: kindsOf(output) };
  }
  throw new Error(`the prober cannot be calibrated: ${refusals.join('; ')}`);
}

/** Why there may be no gate at all. */
const gateNeeds = 'the kernel\'s gate needs Linux and root';

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

function kindsOf({ inKernel, anchorNs, windows, serverStalls, targets }: SyntheticOutput): SyntheticOutages['kinds'] {
  const anchor = Number(anchorNs);
  const decoded = targets.map(({ kind, engine, engineReason, samples }, target) => {
    const series = decodeSamples(Buffer.from(samples, 'base64'), `synthetic-${target}`);
    if (kind !== 'icmp') series.blind.push(...serverStalls.map(({ fromNs, toNs }) => ({ fromNs: fromNs - anchor - series.header.probe.periodMs * 1e6, toNs: toNs - anchor, reason: 'the other end stood still' })));
    const own = windows.filter((window) => window.target === target).map((window) => ({ ...window, fromNs: window.fromNs - anchor, toNs: window.toNs - anchor }));
    return { kind, engine, engineReason, series, windows: inKernel ? own : own.map((window) => ({ ...window, dropped: takeAway(series, window) })) };
  });
  return [...new Set(decoded.map(({ kind }) => kind))].map((kind) => {
    const own = decoded.filter((target) => target.kind === kind);
    return {
      kind,
      engine: [...new Set(own.map(({ engine }) => engine))].join(' and '),
      reason: [...new Set(own.map(({ engineReason }) => engineReason))].join('; '),
      targets: own.map(({ series, windows: shown }) => ({ series, windows: shown })),
    };
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

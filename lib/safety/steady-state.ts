import { setTimeout as sleep } from 'node:timers/promises';
import type { Hypervisor, Snapshot } from '../adapters/hypervisor.ts';
import type { Environment } from '../environment/environment.ts';
import type { Transition } from '../record/types.ts';
import { wholeness } from './invariants.ts';
import type { Finding } from './invariants.ts';

export interface SteadyStateOptions {
  environment: Environment;
  hypervisor: Hypervisor;
  /** Every reading within this window must be good, ms. */
  windowMs: number;
  /** How long to wait for such a window, ms. */
  timeoutMs: number;
  signal: AbortSignal;
  progress: (message: string) => void;
  /** What is wrong with the probes at this moment, null when nothing is. */
  probeQuality?: () => string | null;
  onSnapshot?: (snapshot: Snapshot) => void;
  /** Waited for behind each reading that is not good. */
  notYet?: () => Promise<void>;
}

export type SteadyState =
  /** `reached`: monotonic ns around the first reading of the good window. */
  | { ok: true; snapshot: Snapshot; reached: Transition }
  | { ok: false; findings: Finding[]; snapshot: Snapshot | null };

/**
 * Pause between readings, ms. With a window of 3 s at least three readings in a row must be good:
 * a distributed storage was seen to call itself healthy and take it back for 1-2 s while it settles (measured on the lab).
 */
export const steadyStatePeriodMs = 700;

async function read(options: SteadyStateOptions): Promise<{ snapshot: Snapshot | null; findings: Finding[] }> {
  try {
    const snapshot = await options.hypervisor.snapshot('full', { signal: options.signal });
    options.onSnapshot?.(snapshot);
    const findings = wholeness(snapshot, options.environment).filter((finding) => finding.ok !== true);
    const quality = options.probeQuality?.() ?? null;
    if (quality !== null) findings.push({ title: 'the probes are answered', ok: false, detail: quality, remedy: 'See to it that the guests answer and that this machine is not overloaded.' });
    return { snapshot, findings };
  } catch (error) {
    options.signal.throwIfAborted();
    return { snapshot: null, findings: [{ title: 'the cluster can be read', ok: null, detail: (error as Error).message, remedy: 'See to it that a node answers.' }] };
  }
}

/** Waits until the cluster is whole, and stays so for a window. Never throws for a cluster that is not; aborts by the signal. */
export async function waitForSteadyState(options: SteadyStateOptions): Promise<SteadyState> {
  const deadline = performance.now() + options.timeoutMs;
  let lastBad = Number(process.hrtime.bigint());
  let good: { since: number; firstNs: number } | null = null;
  let told = '';
  for (;;) {
    const startedNs = Number(process.hrtime.bigint());
    const { snapshot, findings } = await read(options);
    if (findings.length === 0 && snapshot !== null) {
      good ??= { since: performance.now(), firstNs: snapshot.toNs };
      if (performance.now() - good.since >= options.windowMs) return { ok: true, snapshot, reached: { lastBefore: lastBad, firstAfter: good.firstNs } };
    } else {
      good = null;
      lastBad = startedNs;
      const waitingFor = findings.map((finding) => `${finding.title}: ${finding.detail}`).join('; ');
      if (waitingFor !== told) options.progress(`waiting for a steady state: ${waitingFor}`);
      told = waitingFor;
      if (performance.now() > deadline) return { ok: false, findings, snapshot };
      await options.notYet?.();
    }
    await sleep(steadyStatePeriodMs, undefined, { signal: options.signal });
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Hypervisor, Snapshot, SnapshotScope } from '../adapters/hypervisor.ts';
import type { Transition } from '../record/types.ts';

export interface WatchOptions<Name extends string> {
  hypervisor: Hypervisor;
  scope: SnapshotScope;
  /** What to wait for, each decided by one reading. */
  conditions: Record<Name, (snapshot: Snapshot) => boolean>;
  /** A change cannot have happened before this moment, ns of CLOCK_MONOTONIC. */
  sinceNs: number;
  timeoutMs: number;
  /** Pause between two readings, ms. Default `watchPeriodMs`. */
  periodMs?: number;
  signal: AbortSignal;
  /** Goes on reading while this says so, also when every condition was met. */
  isWanted?: () => boolean;
  onSnapshot?: (snapshot: Snapshot) => void;
  onMet?: (name: Name, transition: Transition) => void;
}

/** Pause between two readings, ms: short enough for phases of seconds, long enough not to load the cluster that recovers. */
export const watchPeriodMs = 250;

/**
 * Reads the cluster again and again until every condition was met once, or the time is up. Each is answered as the
 * moments between which it came true (ns of CLOCK_MONOTONIC), or null when it never did. A reading that failed (the
 * node that served it may be the one that was killed) is no evidence for anything and is tried again.
 */
export async function watchTransitions<Name extends string>(options: WatchOptions<Name>): Promise<Record<Name, Transition | null>> {
  const names = Object.keys(options.conditions) as Name[];
  const met = Object.fromEntries(names.map((name) => [name, null])) as Record<Name, Transition | null>;
  const deadline = performance.now() + options.timeoutMs;
  let lastBefore = options.sinceNs;
  while ((names.some((name) => met[name] === null) || options.isWanted?.() === true) && performance.now() < deadline) {
    const askedNs = Number(process.hrtime.bigint());
    const snapshot = await options.hypervisor.snapshot(options.scope, { signal: options.signal }).catch(() => null);
    options.signal.throwIfAborted();
    if (snapshot !== null) {
      options.onSnapshot?.(snapshot);
      for (const name of names) {
        if (met[name] !== null || !options.conditions[name](snapshot)) continue;
        const transition = { lastBefore, firstAfter: snapshot.toNs };
        met[name] = transition;
        options.onMet?.(name, transition);
      }
      lastBefore = Math.max(askedNs, options.sinceNs);
    }
    await sleep(options.periodMs ?? watchPeriodMs, undefined, { signal: options.signal });
  }
  return met;
}

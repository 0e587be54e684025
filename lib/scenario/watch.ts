import { setTimeout as sleep } from 'node:timers/promises';
import type { Hypervisor, Snapshot, SnapshotScope } from '../adapters/hypervisor.ts';
import type { Transition } from '../record/types.ts';

export interface WatchOptions<Name extends string> {
  hypervisor: Hypervisor;
  scope: SnapshotScope;
  /** What to wait for, each decided by one reading. Null: the reading lacks what would tell. */
  conditions: Record<Name, (snapshot: Snapshot) => boolean | null>;
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

/** What a watch has seen; moments in ns of CLOCK_MONOTONIC. */
export interface Watched<Name extends string> {
  /** Between which moments each came true; null when it never did. */
  met: Record<Name, Transition | null>;
  /** When the last reading was begun that showed that it was not so; null when none did. */
  contraryNs: Record<Name, number | null>;
  /** Readings that were answered, and those that failed with the reason of the last one. */
  readings: number;
  failed: number;
  trouble: string | null;
  /** When it began, and when its time was up. */
  fromNs: number;
  untilNs: number;
}

/** Pause between two readings, ms: short enough for phases of seconds, long enough not to load the cluster that recovers. */
export const watchPeriodMs = 250;

const nowNs = (): number => Number(process.hrtime.bigint());

function forEach<Name extends string, Value>(names: readonly Name[], value: Value): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, value])) as Record<Name, Value>;
}

/**
 * Reads the cluster again and again until every condition was met once, or the time is up. A reading that failed (the node that
 * served it may be the one that was killed), or that lacks what would tell, is no evidence for anything and is tried again:
 * what was not met is judged by `neverSeen`.
 */
export async function watchTransitions<Name extends string>(options: WatchOptions<Name>): Promise<Watched<Name>> {
  const names = Object.keys(options.conditions) as Name[];
  const fromNs = nowNs();
  const watched: Watched<Name> = { met: forEach(names, null), contraryNs: forEach(names, null), readings: 0, failed: 0, trouble: null, fromNs, untilNs: fromNs + options.timeoutMs * 1e6 };
  const { met, contraryNs } = watched;
  while ((names.some((name) => met[name] === null) || options.isWanted?.() === true) && nowNs() < watched.untilNs) {
    const askedNs = nowNs();
    const snapshot = await options.hypervisor.snapshot(options.scope, { signal: options.signal }).catch((error: unknown) => {
      watched.trouble = error instanceof Error ? error.message : String(error);
      return null;
    });
    options.signal.throwIfAborted();
    if (snapshot === null) watched.failed += 1;
    else {
      watched.readings += 1;
      options.onSnapshot?.(snapshot);
      for (const name of names) {
        if (met[name] !== null) continue;
        const isSo = options.conditions[name](snapshot);
        if (isSo === false) contraryNs[name] = askedNs;
        if (isSo !== true) continue;
        const transition = { lastBefore: Math.max(contraryNs[name] ?? options.sinceNs, options.sinceNs), firstAfter: snapshot.toNs };
        met[name] = transition;
        options.onMet?.(name, transition);
      }
    }
    await sleep(options.periodMs ?? watchPeriodMs, undefined, { signal: options.signal });
  }
  return watched;
}

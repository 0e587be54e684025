import { suspendedReason } from '../record/samples.ts';
import type { BlindTime } from './probe.ts';

/** Two clocks that differ only by the time for which this machine was suspended, ns. */
export interface SuspensionClocks {
  /** CLOCK_MONOTONIC: stands still while the machine sleeps. */
  monotonicNs(): number;
  /** CLOCK_BOOTTIME: goes on. */
  boottimeNs(): number;
}

/** Notices that this machine slept, which no other clock of the prober shows: to it, no time has passed. */
export interface SuspensionWatch {
  /** Compares the clocks, unless they were compared less than a second ago and `atOnce` is false. Null: nothing, or not compared. */
  look(atOnce: boolean): BlindTime | null;
}

const lookEveryNs = 1e9;
/** The two clocks tick alike (clock_gettime(2)): more than this, and than reading them took, is no inaccuracy. */
const leastNs = 1e6;

/**
 * The stretch that is booked for a suspension begins at the comparison before, and is longer than the time up to now by the length of the suspension:
 * where in between it lay is not known, and on the clock of the samples it has no length of its own.
 */
export function watchSuspension(clocks: SuspensionClocks): SuspensionWatch {
  const compare = (): { atNs: number; aheadNs: number; tookNs: number } => {
    const before = clocks.monotonicNs();
    const boottimeNs = clocks.boottimeNs();
    const atNs = clocks.monotonicNs();
    return { atNs, aheadNs: boottimeNs - before, tookNs: atNs - before };
  };
  let last = compare();
  return {
    look(atOnce) {
      if (!atOnce && clocks.monotonicNs() - last.atNs < lookEveryNs) return null;
      const before = last;
      last = compare();
      const sleptNs = last.aheadNs - before.aheadNs;
      if (sleptNs <= leastNs + last.tookNs + before.tookNs) return null;
      return { fromNs: before.atNs, toNs: last.atNs + sleptNs, reason: `${suspendedReason} for ${Math.round(sleptNs / 1e6)} ms: its clock stood still, and nobody knows what happened` };
    },
  };
}

/** @throws Error where these clocks cannot be read. */
export async function suspensionClocks(): Promise<SuspensionClocks> {
  const { loadLibc, pin } = await import('./icmp/libc.ts');
  const libc = loadLibc();
  const time = pin(16);
  const read = (clock: number): number => {
    libc.clock_gettime(clock, time.at);
    return time.view.getUint32(0, true) * 1e9 + time.view.getUint32(8, true);
  };
  return { monotonicNs: () => read(CLOCK_MONOTONIC), boottimeNs: () => read(CLOCK_BOOTTIME) };
}

/** Linux, uapi header time.h. */
const CLOCK_MONOTONIC = 1;
const CLOCK_BOOTTIME = 7;

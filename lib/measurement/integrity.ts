import type { Interval } from '../record/types.ts';

/** One reading of a guest's disk write/verify sequence over HTTP. Times are ns since the run's anchor. */
export interface RingReading {
  /** Asked at, answered at: the guest's state was taken between the two. */
  from: number;
  to: number;
  /** Kernel boot id: another one means that the guest was started anew. */
  boot: string;
  /** Sequence number of the last write that the disk acknowledged. */
  ack: number;
  /** Last acknowledged write that was found on the disk at this boot. */
  recovered: number;
  /** Write, read-back and verification errors since this boot. */
  errors: number;
}

const nsPerMs = 1e6;

/**
 * The longest time without a newly acknowledged write, as seen from outside, in ms: at least from the first reading
 * that showed a sequence number to the last that still showed it (lo), at most from the last reading of the number
 * before to the first of the number after (hi). A stall that had not ended at the last reading has no upper bound.
 * Readings in the order in which they were taken. Fewer than two readings tell nothing: null.
 */
export function longestWriteGap(readings: readonly RingReading[]): Interval | null {
  if (readings.length < 2) return null;
  const plateaus: { ack: number; first: RingReading; last: RingReading }[] = [];
  for (const reading of readings) {
    const current = plateaus.at(-1);
    if (current !== undefined && current.ack === reading.ack) current.last = reading;
    else plateaus.push({ ack: reading.ack, first: reading, last: reading });
  }
  let lo = 0;
  let hi: number | null = 0;
  plateaus.forEach((plateau, index) => {
    const previous = plateaus[index - 1];
    const next = plateaus[index + 1];
    lo = Math.max(lo, (plateau.last.from - plateau.first.to) / nsPerMs);
    // Writes that nobody read lie between two plateaus as well: the next plateau's number may have been reached at once.
    if (next !== undefined) hi = hi === null ? null : Math.max(hi, (next.first.to - (previous?.last.from ?? plateau.first.from)) / nsPerMs);
  });
  const final = plateaus.at(-1);
  const tailMs = final === undefined ? 0 : (final.last.to - final.first.from) / nsPerMs;
  if (hi !== null && tailMs > Math.max(hi, lo)) hi = null;
  return { lo, hi };
}

/** Acknowledged writes that were gone after a restart, over all restarts seen. 0: none was lost. */
export function lostWrites(readings: readonly RingReading[]): number {
  let lost = 0;
  let boot: string | null = null;
  let acknowledged = 0;
  for (const reading of readings) {
    if (boot !== null && reading.boot !== boot) lost += Math.max(0, acknowledged - reading.recovered);
    acknowledged = reading.boot === boot ? Math.max(acknowledged, reading.ack) : reading.ack;
    boot = reading.boot;
  }
  return lost;
}

/** Errors that the guest counted while it was watched, over all its boots. */
export function newErrors(readings: readonly RingReading[]): number {
  let sum = 0;
  let boot: string | null = null;
  let seen = readings[0]?.errors ?? 0;
  for (const reading of readings) {
    if (boot !== null && reading.boot !== boot) seen = 0;
    sum += Math.max(0, reading.errors - seen);
    seen = reading.errors;
    boot = reading.boot;
  }
  return sum;
}

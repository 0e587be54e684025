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
 * The longest time without a newly acknowledged write in the window, as seen from outside, in ms: at least from the first
 * reading that showed a sequence number to the last that still showed it (lo), at most from the last reading of the number
 * before to the first of the number after (hi). The window's edges count: hi covers the time from its start to the first
 * advance, and from the last advance to its end. A stall that had not ended at the last reading has no upper bound.
 * All readings of the guest, in the order in which they were taken; the window in ns since the anchor. Null: fewer than two
 * readings belong to the window, or none was asked for at or after its end, so nobody knows what happened until then.
 */
export function longestWriteGap(all: readonly RingReading[], { start, end }: { start: number; end: number }): Interval | null {
  const past = all.findIndex((reading) => reading.from >= end);
  if (past === -1) return null;
  const readings = all.slice(Math.max(0, all.findLastIndex((reading) => reading.to <= start)), past + 1);
  if (readings.length < 2) return null;
  const plateaus: { ack: number; first: RingReading; last: RingReading }[] = [];
  for (const reading of readings) {
    const current = plateaus.at(-1);
    if (current !== undefined && current.ack === reading.ack) current.last = reading;
    else plateaus.push({ ack: reading.ack, first: reading, last: reading });
  }
  let lo = 0;
  let hi = 0;
  let hasEnded = true;
  plateaus.forEach((plateau, index) => {
    // The write that made this plateau: not before the last reading of the plateau before, or else before the window.
    const since = plateaus[index - 1]?.last.from ?? Math.min(start, plateau.first.from);
    lo = Math.max(lo, (Math.min(end, plateau.last.from) - Math.max(start, plateau.first.to)) / nsPerMs);
    // Writes that nobody read lie between two plateaus as well: the next plateau's number may have been reached at once.
    const next = plateaus[index + 1];
    if (next !== undefined) hi = Math.max(hi, (next.first.to - since) / nsPerMs);
    else if ((plateau.last.to - plateau.first.from) / nsPerMs > Math.max(hi, lo)) hasEnded = false;
    else hi = Math.max(hi, (end - since) / nsPerMs);
  });
  return { lo, hi: hasEnded ? hi : null };
}

/** What was seen of a guest's writes after a moment. */
export interface Resumption {
  /** Never false: that nothing was seen proves nothing about what was not seen. */
  ok: true | null;
  detail: string;
}

/**
 * Whether the guest was seen to write after the moment `since` (ns since the anchor): a reading that was asked for after it, and
 * a later one of the same boot with a higher sequence number. `notBoot`: a boot that does not count, because the guest had to
 * be started anew.
 */
export function writesAfter(readings: readonly RingReading[], since: number, notBoot: string | null = null): Resumption {
  const later = readings.filter((reading) => reading.from >= since && reading.boot !== notBoot);
  const [first] = later;
  if (first === undefined) return { ok: null, detail: `its write sequence was not read ${notBoot === null ? '' : 'from a new boot '}afterwards` };
  const boots = new Map<string, number>();
  for (const { boot, ack } of later) {
    const from = boots.get(boot);
    if (from !== undefined && ack > from) return { ok: true, detail: `sequence ${from} to ${ack} of boot ${boot}` };
    if (from === undefined) boots.set(boot, ack);
  }
  return { ok: null, detail: `its sequence stood at ${later.at(-1)?.ack} in ${later.length} reading(s) afterwards` };
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

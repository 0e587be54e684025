import type { Beat } from '../record/beats.ts';
import type { Interval } from '../record/types.ts';
import { longestWriteGap } from './integrity.ts';

/**
 * The longest time without a new beat of the guest in the window, ms, as it was seen from outside: as for its writes, between the first
 * reading of a number and the last that still showed it (lo), and between the last of the one before and the first of the one
 * after (hi). From the last reading to the end of the window nobody read a beat, and that counts for hi as well: a guest that died for good
 * gives no more readings. All readings of the guest in their order; the window in ns since the anchor. Null: too few to say anything.
 */
export function longestBeatGap(beats: readonly Beat[], window: { start: number; end: number }): Interval | null {
  const last = beats.at(-1);
  if (last === undefined) return null;
  const readings = beats.map(({ from, to, boot, beat }) => ({ from, to, boot, ack: beat, recovered: 0, errors: 0 }));
  const gap = longestWriteGap(readings, { start: window.start, end: Math.min(last.from, window.end) });
  if (gap === null || gap.hi === null || last.from >= window.end) return gap;
  const newest = beats.findLastIndex(({ beat, boot }, index) => beats[index - 1]?.beat !== beat || beats[index - 1]?.boot !== boot);
  const since = Math.max(window.start, beats[newest - 1]?.from ?? window.start);
  return { lo: gap.lo, hi: Math.max(gap.hi, (window.end - since) / 1e6) };
}

/**
 * The longest time for which the guest's own clock stood still between two readings of one boot in the window, ms: what the
 * clock outside went on by more than the one inside. A guest that is paused while it moves shows it here even where its clock is put
 * right afterwards by nobody. Null where its clock was not read twice.
 */
export function longestStandstill(beats: readonly Beat[], { start, end }: { start: number; end: number }): Interval | null {
  const within = beats.filter(({ from, to, uptimeMs }) => uptimeMs !== null && to >= start && from <= end);
  let longest: Interval | null = null;
  for (const [index, after] of within.entries()) {
    const before = within[index - 1];
    if (before === undefined || before.boot !== after.boot) continue;
    const insideMs = (after.uptimeMs ?? 0) - (before.uptimeMs ?? 0);
    // The guest's clock is told in whole milliseconds.
    const lo = Math.max(0, (after.from - before.to) / 1e6 - insideMs - 1);
    const hi = Math.max(0, (after.to - before.from) / 1e6 - insideMs + 1);
    if (longest === null || lo > longest.lo || (lo === longest.lo && hi > (longest.hi ?? 0))) longest = { lo, hi };
  }
  return longest;
}

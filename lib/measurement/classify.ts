import type { Series } from '../record/samples.ts';
import { quantile } from './statistics.ts';

/** When an answer is late and when a probe is lost, both in ms after it was sent. */
export interface Thresholds {
  lateAfterMs: number;
  waitMs: number;
}

/**
 * The three classes, and `pending`: nobody can say. The probe was sent so shortly before the recording ended that its answer may only
 * not have come yet, or while the prober was blind, so that the prober itself may be why no answer came, or why it came late.
 * Pending probes are counted nowhere.
 */
export const classes = { answered: 0, late: 1, lost: 2, pending: 3 } as const;

/** Smallest threshold of lateness, ms: below it a delay is jitter, not an impairment. */
const leastLateAfterMs = 100;
/** Lateness as a multiple of what is usual for the path. */
const timesBaselineP99 = 10;

/** The threshold of lateness that belongs to a baseline's round trip times (ms). */
export function defaultLateAfterMs(baselineRttMs: ArrayLike<number>): number {
  return Math.max(leastLateAfterMs, timesBaselineP99 * (quantile(baselineRttMs, 0.99) ?? 0));
}

/**
 * Class of each sample. Late: the right answer came after more than `lateAfterMs` and within `waitMs`. Later, never, or
 * a wrong answer (refused, wrong content): lost.
 */
export function classify(series: Series, { lateAfterMs, waitMs }: Thresholds): Uint8Array {
  const { samples, horizonNs } = series;
  const result = new Uint8Array(samples.length);
  const blind = series.blind.toSorted((a, b) => a.fromNs - b.fromNs);
  let blindUntilNs = Number.NEGATIVE_INFINITY;
  let next = 0;
  for (let row = 0; row < samples.length; row++) {
    const sentNs = samples.sentNs[row] ?? 0;
    for (; next < blind.length && (blind[next]?.fromNs ?? 0) <= sentNs; next++) blindUntilNs = Math.max(blindUntilNs, blind[next]?.toNs ?? 0);
    const tookMs = ((samples.receivedNs[row] ?? Number.NaN) - sentNs) / 1e6;
    if (Number.isNaN(tookMs)) result[row] = sentNs + lateAfterMs * 1e6 > horizonNs ? classes.pending : classes.lost;
    else if (samples.ok[row] !== 1 || tookMs > waitMs) result[row] = classes.lost;
    else result[row] = tookMs > lateAfterMs ? classes.late : classes.answered;
    if (result[row] !== classes.answered && sentNs < blindUntilNs) result[row] = classes.pending;
  }
  return result;
}

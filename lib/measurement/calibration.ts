import type { Series } from '../record/samples.ts';
import type { CalibratedSpread, Calibration } from '../record/calibration.ts';
import type { ProbeKind } from '../record/types.ts';
import { holdAgainstTruth } from './accuracy.ts';
import type { MeasuredTruth, TrueOutage } from './accuracy.ts';
import { quantiles } from './statistics.ts';

/** A target that was shown synthetic outages: its series, and what is true of it (ns since the anchor of the series). */
export interface CalibratedTarget {
  series: Series;
  windows: (TrueOutage & { dropped: number })[];
}

/** Nothing synthetic is held back: an answer is on time or there is none. */
const lateAfterMs = 500;
/** What is let pass before a run is refused. */
export const tolerances = {
  /** Up to this share of a period an interval may be wider than two of them: that is jitter, not a lack of resolution. */
  jitterShare: 0.2,
  /** A truth farther outside than this share of a period (at least this many ms) shows that the intervals cannot be trusted here. */
  outsideShare: 0.1,
  leastOutsideMs: 0.5,
  /** Of outages of two periods and more a prober that looks sees every one; below this share it did not look. */
  seenShare: 0.9,
} as const;

/** What the synthetic outages say about the prober, for a run that probes every `periodMs`; without who and how. */
export function evaluateCalibration(targets: readonly CalibratedTarget[], periodMs: number): Omit<Calibration, 'engine' | 'engineReason' | 'method' | 'tookMs'> {
  const calibratedMs = targets[0]?.series.header.probe.periodMs ?? periodMs;
  const outages: MeasuredTruth[] = [];
  const gaps: number[] = [];
  let longestMs = 0;
  let [falseLosses, dropped, lost] = [0, 0, 0];
  for (const { series, windows } of targets) {
    const accuracy = holdAgainstTruth(series, windows, { lateAfterMs, waitMs: series.header.probe.waitMs });
    outages.push(...accuracy.outages);
    falseLosses += accuracy.falseLosses;
    dropped += windows.reduce((sum, window) => sum + window.dropped, 0);
    const { length, sentNs, receivedNs } = series.samples;
    longestMs = Math.max(longestMs, ((sentNs[length - 1] ?? 0) - (sentNs[0] ?? 0)) / 1e6, ...windows.map(({ fromNs, toNs }) => (toNs - fromNs) / 1e6));
    for (let row = 0; row < length; row++) {
      if (Number.isNaN(receivedNs[row])) lost++;
      if (row > 0) gaps.push(((sentNs[row] ?? 0) - (sentNs[row - 1] ?? 0)) / 1e6);
    }
  }
  // What an outage that went unseen may have been is as wide as its bounds can be; where nothing bounds it, as all of the time.
  const widths = outages.flatMap(({ seen, possibleMs = null }) => (seen === null ? [possibleMs ?? longestMs] : seen.hi === null ? [] : [seen.hi - seen.lo]));
  const widthMs = spreadOf(widths);
  const outsideMs = Math.max(0, ...outages.map((outage) => outage.outsideMs));
  const [p99 = null, max = null] = quantiles(gaps, [0.99, 1]);
  const addedMs = Math.max(0, (widthMs.p95 ?? 0) - 2 * calibratedMs);
  return {
    periodMs: calibratedMs,
    outages: outages.length,
    seen: outages.filter(({ seen }) => seen !== null).length,
    within: outages.filter((outage) => outage.outsideMs === 0).length,
    outsideMs,
    errorMs: spreadOf(outages.flatMap(({ errorMs }) => (errorMs === null ? [] : [Math.abs(errorMs)]))),
    widthMs,
    sendGapMs: { p99, max },
    dropped,
    lost,
    falseLosses,
    finestLimitMs: 2 * periodMs + (addedMs > tolerances.jitterShare * calibratedMs ? addedMs : 0),
  };
}

/**
 * Why a prober that was calibrated so is not to be trusted with outages at all; null when it is. The way of the synthetic probes is
 * memory of this machine: nothing but the gate takes a probe away there, and time in which the prober itself was not scheduled
 * is blind and no loss. One loss that the gate knows nothing of is therefore one too many: it would be booked to the cluster.
 * Attempts of other kinds than icmp wait for each other on a busy machine, so that some outages fall between them: those widen
 * `widthMs`, and with it `finestLimitMs`, in place of a refusal.
 */
export function distrust(kind: ProbeKind, { outages, seen, within, outsideMs, periodMs, falseLosses }: Calibration): string | null {
  if (seen === 0) return `it saw none of ${outages} synthetic outages`;
  if (kind === 'icmp' && seen < tolerances.seenShare * outages) return `it saw only ${seen} of ${outages} synthetic outages`;
  if (falseLosses > 0) return `it called ${falseLosses} ${falseLosses === 1 ? 'probe' : 'probes'} lost or late where nothing was dropped`;
  if (outsideMs <= Math.max(tolerances.leastOutsideMs, tolerances.outsideShare * periodMs)) return null;
  return `${outages - within} of ${outages} synthetic outages did not have their true length within the measured bounds, by up to ${outsideMs.toFixed(2)} ms`;
}

function spreadOf(values: readonly number[]): CalibratedSpread {
  const [median = null, p95 = null, max = null] = quantiles(values, [0.5, 0.95, 1]);
  return { median, p95, max };
}

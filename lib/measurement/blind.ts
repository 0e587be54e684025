import type { BlindStretch, Series } from '../record/samples.ts';

/** A send that is later than this many periods after the one before leaves the prober blind in between. */
const blindAfterPeriods = 2;

/**
 * Stretches in which the prober did not look, in order and merged: those that were recorded (send errors, a dead or stalled prober)
 * and every gap of the sends longer than two periods, from the moment the next probe was due.
 */
export function blindStretches(series: Series): BlindStretch[] {
  const { samples, header, blind } = series;
  const periodNs = header.probe.periodMs * 1e6;
  const all = blind.map((stretch) => ({ ...stretch }));
  for (let row = 1; row < samples.length; row++) {
    const beforeNs = samples.sentNs[row - 1] ?? Number.NaN;
    const toNs = samples.sentNs[row] ?? Number.NaN;
    if (toNs - beforeNs > blindAfterPeriods * periodNs) all.push({ fromNs: beforeNs + periodNs, toNs, reason: 'no probe was sent' });
  }
  return mergeBlind(all);
}

/** The same stretches in order, those that touch made one, so that no moment counts twice. A recorded reason counts before "no probe was sent". */
export function mergeBlind(stretches: readonly BlindStretch[]): BlindStretch[] {
  const merged: BlindStretch[] = [];
  for (const stretch of stretches.toSorted((a, b) => a.fromNs - b.fromNs)) {
    const last = merged.at(-1);
    if (last === undefined || stretch.fromNs > last.toNs) merged.push({ ...stretch });
    else {
      last.toNs = Math.max(last.toNs, stretch.toNs);
      if (last.reason === 'no probe was sent') last.reason = stretch.reason;
    }
  }
  return merged;
}

/** Length of the blind stretches within [startNs, endNs], ns. */
export function blindWithin(stretches: readonly BlindStretch[], startNs: number, endNs: number): number {
  return stretches.reduce((sum, { fromNs, toNs }) => sum + Math.max(0, Math.min(toNs, endNs) - Math.max(fromNs, startNs)), 0);
}

import { suspendedReason } from '../record/samples.ts';
import type { BlindStretch, Series } from '../record/samples.ts';
import { classes } from './classify.ts';

/**
 * What lies between two consecutive answered probes p and n. With f and l the first and last lost probe in between and s
 * for the time of sending, an outage L in it obeys `s(l) - s(f) < L < s(n) - s(p)`. A stretch without a lost or late probe has
 * lo 0: an outage shorter than the grid cannot be excluded; neither can one within a gap of the sends (prober blind).
 * A probe leaves a little behind its send time (`Samples.held`): the outage may have begun only then, so that lo is less by it.
 * A probe of several packets (anything but icmp) may be lost by its last one: it was sent before the outage, by as much as its answer
 * takes. Its lower bound is less by the slowest usual answer.
 * Two refinements keep the truth inside when answers were held back:
 * - an answer proves that the path worked at some moment between sending and answer. What n took beyond the fastest answer
 *   of the series is therefore added to hi.
 * - the first late answer marks the moment the path resumed, plus or minus one period. Further late answers do as well. Where the
 *   answers of the series spread over more than a period, it is that spread: so much longer may a late answer's way have been.
 */
export interface Stretch {
  /** Rows of p and n; -1 and the number of samples where there is none. */
  before: number;
  after: number;
  /** First lost or late probe, null when there is none. */
  startedAtNs: number | null;
  /** Last sign of the outage: the last lost or late probe, or the late answer that ended it. */
  lastSignNs: number | null;
  loNs: number;
  /** Null: never answered before, or never again. */
  hiNs: number | null;
  lost: number;
  late: number;
}

const bridgeMs = 100;

/**
 * Part of what an outage is: two interruptions with less than this between them (100 ms, or two periods where that is more) are one
 * where no probe was answered in between, ns. A service of an HA cluster does not come back and vanish again within it, and a limit is
 * not met by a service that does. Across a longer gap of the sends the lower bound is not continued, because nobody looked.
 */
export const bridgeNs = (periodMs: number): number => Math.max(2 * periodMs, bridgeMs) * 1e6;

export interface StretchContext {
  series: Series;
  classes: Uint8Array;
  /** Fastest answer of the series, ns. */
  fastestNs: number;
  /** What the slowest answer of an unharmed path took beyond the fastest, ns. */
  spreadNs: number;
  /** Blind stretches in which the prober's machine slept. */
  suspensions: readonly BlindStretch[];
}

/**
 * Fastest right answer of a series, and what the slowest that is not late took beyond it, in ns; 0 when there is none. Answers that
 * were sent within the threshold of lateness behind a probe without one may have been held themselves, and tell nothing of the path.
 */
export function answerTimes({ samples }: Series, rowClasses: Uint8Array, lateAfterMs: number): Pick<StretchContext, 'fastestNs' | 'spreadNs'> {
  let fastest = Number.POSITIVE_INFINITY;
  let slowest = 0;
  let lastMissedNs = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < samples.length; row++) {
    const sentNs = samples.sentNs[row] ?? 0;
    if (rowClasses[row] !== classes.answered) lastMissedNs = sentNs;
    else {
      const tookNs = (samples.receivedNs[row] ?? 0) - sentNs;
      fastest = Math.min(fastest, tookNs);
      if (sentNs - lastMissedNs > lateAfterMs * 1e6) slowest = Math.max(slowest, tookNs);
    }
  }
  return Number.isFinite(fastest) ? { fastestNs: fastest, spreadNs: Math.max(0, slowest - fastest) } : { fastestNs: 0, spreadNs: 0 };
}

export function suspensionsOf({ blind }: Series): BlindStretch[] {
  return blind.filter(({ reason }) => reason.startsWith(suspendedReason));
}

/** What the clock of the samples may not have counted between two moments, ns. */
export function uncountedBetween(suspensions: readonly BlindStretch[], startNs: number, endNs: number): number {
  return suspensions.reduce((sum, { fromNs, toNs }) => (fromNs < endNs && toNs > startNs ? sum + toNs - fromNs : sum), 0);
}

/** Evaluates the stretch between the answered rows `before` and `after`. */
export function evaluateStretch({ series, classes: rowClasses, fastestNs, spreadNs, suspensions }: StretchContext, before: number, after: number): Stretch {
  const { samples, header } = series;
  const periodNs = header.probe.periodMs * 1e6;
  const bridge = bridgeNs(header.probe.periodMs);
  const lateSlackNs = Math.max(periodNs, spreadNs);
  const sent = (row: number): number => samples.sentNs[row] ?? Number.NaN;
  // The first sign of life after the stretch: n's answer, or that of a later probe that overtook it.
  let upAfterNs = Number.POSITIVE_INFINITY;
  for (let row = after; row < samples.length && sent(row) < upAfterNs; row++) {
    if (rowClasses[row] === classes.answered) upAfterNs = Math.min(upAfterNs, (samples.receivedNs[row] ?? Number.NaN) - fastestNs);
  }
  const upBeforeNs = before >= 0 ? sent(before) : Number.NEGATIVE_INFINITY;

  const { held } = samples;
  /** When the probe of a row had left at the latest: what it met, it met then or before. */
  const leftBy = (row: number): number => sent(row) + (held === undefined ? 0 : held.beyond.get(row) ?? held.usualNs);

  /** Rows of lost and late probes. */
  const unanswered: number[] = [];
  const resumes: number[] = [];
  const stretch: Stretch = { before, after, startedAtNs: null, lastSignNs: null, loNs: 0, hiNs: 0, lost: 0, late: 0 };
  for (let row = before + 1; row < after; row++) {
    if (rowClasses[row] === classes.pending) continue;
    unanswered.push(row);
    if (rowClasses[row] === classes.late) {
      stretch.late++;
      const resumedNs = (samples.receivedNs[row] ?? Number.NaN) - fastestNs;
      // Held answers are let go together with that of n and may overtake it.
      if (resumedNs <= upAfterNs + periodNs) resumes.push(Math.min(resumedNs, upAfterNs));
    } else stretch.lost++;
  }
  const [firstRow] = unanswered;
  const lastRow = unanswered.at(-1);
  stretch.startedAtNs = firstRow === undefined ? null : sent(firstRow);
  resumes.sort((a, b) => a - b);
  stretch.lastSignNs = stretch.startedAtNs === null ? null : Math.max(lastRow === undefined ? 0 : sent(lastRow), resumes.at(-1) ?? 0);

  // The path worked at p, at each late answer and at n: an outage lies between two neighbours of these.
  let from = upBeforeNs;
  let fromIsLate = false;
  let next = 0;
  for (let index = 0; index <= resumes.length; index++) {
    const to = resumes[index] ?? upAfterNs;
    const toIsLate = index < resumes.length;
    const slackNs = (fromIsLate ? lateSlackNs : 0) + (toIsLate ? lateSlackNs : 0);
    const hiNs = Number.isFinite(from) && Number.isFinite(to) ? to - from + slackNs : null;
    stretch.hiNs = stretch.hiNs === null || hiNs === null ? null : Math.max(stretch.hiNs, hiNs);

    let firstLeftBy = Number.NaN;
    let last = Number.NaN;
    for (; next < unanswered.length; next++) {
      const row = unanswered[next] ?? Number.NaN;
      const at = sent(row);
      if (at >= to) break;
      if (!(at - last <= bridge)) firstLeftBy = leftBy(row);
      last = at;
      stretch.loNs = Math.max(stretch.loNs, last - firstLeftBy);
    }
    // Held probes that were let go soon enough count as answered, n among them; until then nothing came back for them either.
    if (toIsLate) for (let row = after; row < samples.length && sent(row) < to && sent(row) - last <= bridge; row++) last = sent(row);
    if (toIsLate && to - last <= bridge) stretch.loNs = Math.max(stretch.loNs, to - lateSlackNs - firstLeftBy);
    from = to;
    fromIsLate = toIsLate;
  }
  if (header.probe.kind !== 'icmp') stretch.loNs = Math.max(0, stretch.loNs - fastestNs - spreadNs);
  if (stretch.hiNs !== null) stretch.hiNs += uncountedBetween(suspensions, upBeforeNs, upAfterNs);
  return stretch;
}

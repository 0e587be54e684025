import type { Interval } from '../record/types.ts';
import type { BlindStretch, Series } from '../record/samples.ts';
import { blindStretches, blindWithin, mergeBlind } from './blind.ts';
import { classes, classify } from './classify.ts';
import type { Thresholds } from './classify.ts';
import { answerTimes, evaluateStretch, suspensionsOf, uncountedBetween } from './outage.ts';
import type { Stretch, StretchContext } from './outage.ts';
import { median, quantiles } from './statistics.ts';

/** One outage: a maximal run of lost or late probes. lo and hi in ms. */
export interface Outage extends Interval {
  /** Send time of its first lost or late probe, ns since the anchor. */
  startedAtNs: number;
  lost: number;
  late: number;
}

type Touching = Pick<Stretch, 'startedAtNs' | 'loNs' | 'hiNs' | 'lost' | 'late'>;

/** What a window holds. Durations are ms unless their name says ns. */
export interface WindowFigures {
  /** Probes sent in the window, without those still pending when the recording ended. sent = answered + late + lost. */
  sent: number;
  answered: number;
  late: number;
  lost: number;
  /**
   * Probes of which nobody can say whether they would have been answered: unanswered ones that were sent while the prober was blind or
   * too shortly before the recording ended, and slots of the grid that were left out in blind time. lost + unknown is the most that
   * can have been lost.
   */
  unknown: number;
  duplicates: number;
  blindMs: number;
  blind: BlindStretch[];
  /** The longest outage that the window can have seen, whether or not a probe was lost. hi null: never answered before or again. */
  outage: Interval;
  /** Runs of lost or late probes that touch the window, whole, even when they began before it or end after it. */
  outages: Outage[];
  rttMs: { min: number | null; median: number | null; p95: number | null; p99: number | null; max: number | null };
  sendGapMs: { p99: number | null; max: number | null };
}

/**
 * Measures a probe's series between two moments (ns since the anchor; probes sent in [startNs, endNs) are counted).
 *
 * Every stretch between consecutive answered probes that touches the window counts for `outage`, whole. Where an outage only
 * borders on the window (its first sign is after the end, or its last before the start), it belongs to the neighbour, and only the
 * time up to the edge counts, as time in which a probe could have been missed. Time of the window in which no probe was sent is
 * blind, at its edges too, and an outage may hide in it. Without any probe `outage` is { lo: 0, hi: null }.
 */
export function measureWindow(series: Series, startNs: number, endNs: number, thresholds: Thresholds): WindowFigures {
  const { samples } = series;
  const rowClasses = classify(series, thresholds);
  const context = { series, classes: rowClasses, ...answerTimes(series, rowClasses, thresholds.lateAfterMs), suspensions: suspensionsOf(series) };
  const stretches = stretchesTouching(context, startNs, endNs);
  const edges = unseenEdges(series, startNs, endNs);
  const blind = mergeBlind([...blindStretches(series), ...edges]).filter(({ fromNs, toNs }) => toNs > startNs && fromNs < endNs);

  const figures: WindowFigures = {
    sent: 0, answered: 0, late: 0, lost: 0, unknown: slotsLeftOut(series, blind, startNs, endNs), duplicates: 0,
    blindMs: blindWithin(blind, startNs, endNs) / 1e6,
    blind,
    outage: samples.length === 0 ? { lo: 0, hi: null } : longest(stretches, edges),
    outages: stretches.flatMap((stretch) => (stretch.startedAtNs === null ? [] : [toOutage(stretch, stretch.startedAtNs)])),
    rttMs: { min: null, median: null, p95: null, p99: null, max: null },
    sendGapMs: { p99: null, max: null },
  };
  const rtts: number[] = [];
  const gaps: number[] = [];
  for (let row = firstRowFrom(samples.sentNs, startNs); row < samples.length; row++) {
    const sentNs = samples.sentNs[row] ?? Number.NaN;
    if (sentNs >= endNs) break;
    if (row > 0) gaps.push((sentNs - (samples.sentNs[row - 1] ?? Number.NaN)) / 1e6);
    figures.duplicates += samples.duplicates[row] ?? 0;
    const rowClass = rowClasses[row];
    if (rowClass === classes.pending) {
      figures.unknown++;
      continue;
    }
    figures.sent++;
    if (rowClass === classes.lost) figures.lost++;
    else {
      rtts.push(((samples.receivedNs[row] ?? Number.NaN) - sentNs) / 1e6);
      figures[rowClass === classes.late ? 'late' : 'answered']++;
    }
  }
  const [min, p95, p99, max] = quantiles(rtts, [0, 0.95, 0.99, 1]);
  figures.rttMs = { min: min ?? null, median: median(rtts), p95: p95 ?? null, p99: p99 ?? null, max: max ?? null };
  const [gapP99, gapMax] = quantiles(gaps, [0.99, 1]);
  figures.sendGapMs = { p99: gapP99 ?? null, max: gapMax ?? null };
  return figures;
}

/**
 * Slots of the grid in [startNs, endNs) that were left out in blind time. The sequence tells how many, except over a restart of the
 * engine, which goes on counting where it stopped; then the time that passed does.
 */
function slotsLeftOut({ samples, header }: Series, blind: readonly BlindStretch[], startNs: number, endNs: number): number {
  const periodNs = header.probe.periodMs * 1e6;
  const rows = { from: firstRowFrom(samples.sentNs, startNs), to: firstRowFrom(samples.sentNs, endNs) };
  let slots = 0;
  for (let row = rows.from; row <= rows.to; row++) {
    const beforeNs = samples.sentNs[row - 1] ?? Number.NEGATIVE_INFINITY;
    const afterNs = samples.sentNs[row] ?? Number.POSITIVE_INFINITY;
    const steps = (samples.seq[row] ?? Number.NaN) - (samples.seq[row - 1] ?? Number.NaN);
    const isCounted = afterNs - beforeNs <= (steps + 1) * periodNs;
    if (isCounted && steps === 1) continue;
    const [fromNs, toNs] = [Math.max(beforeNs + periodNs, startNs), Math.min(afterNs, endNs)];
    const unseenNs = blindWithin(blind, fromNs, toNs);
    if (unseenNs <= 0) continue;
    slots += Math.min(isCounted ? steps - 1 : Number.POSITIVE_INFINITY, Math.ceil(unseenNs / periodNs));
  }
  return slots;
}

/** Stretches between consecutive answered rows that overlap the window; the first and the last of the series are open. */
function stretchesTouching(context: StretchContext, startNs: number, endNs: number): Touching[] {
  const { samples } = context.series;
  const found: Touching[] = [];
  let before = firstRowFrom(samples.sentNs, startNs) - 1;
  while (before >= 0 && context.classes[before] !== classes.answered) before--;
  for (let row = before + 1; row <= samples.length; row++) {
    if (row < samples.length && context.classes[row] !== classes.answered) continue;
    const stretch = evaluateStretch(context, before, row);
    const open = before < 0 || row === samples.length;
    const beginsNs = before < 0 ? stretch.startedAtNs : (samples.sentNs[before] ?? null);
    if (beginsNs !== null && beginsNs >= endNs) break;
    if (stretch.startedAtNs !== null && stretch.startedAtNs >= endNs) found.push(bordering(context, beginsNs ?? endNs, endNs));
    else if (stretch.lastSignNs !== null && stretch.lastSignNs < startNs) found.push(bordering(context, startNs, samples.sentNs[row] ?? startNs));
    else if (!open || stretch.startedAtNs !== null) found.push(stretch);
    else found.push(...unjudged(context, Math.max(startNs, beginsNs ?? startNs), Math.min(endNs, samples.receivedNs[row] ?? endNs)));
    before = row;
  }
  return found;
}

/** An end of the series without an answer beyond it and without a loss: where the prober was blind it may be an outage, as far as it lies in the window. */
function unjudged(context: StretchContext, fromNs: number, toNs: number): Touching[] {
  return blindWithin(context.series.blind, fromNs, toNs) > 0 ? [bordering(context, fromNs, toNs)] : [];
}

/** What a neighbour's outage leaves to this window. */
function bordering({ suspensions }: StretchContext, fromNs: number, toNs: number): Touching {
  return { startedAtNs: null, loNs: 0, hiNs: toNs - fromNs + uncountedBetween(suspensions, fromNs, toNs), lost: 0, late: 0 };
}

/** Parts of the window before the first and after the last send. */
function unseenEdges({ samples, header }: Series, startNs: number, endNs: number): BlindStretch[] {
  const periodNs = header.probe.periodMs * 1e6;
  const firstNs = samples.sentNs[0] ?? endNs;
  const lastNs = samples.sentNs[samples.length - 1] ?? endNs;
  const edges: BlindStretch[] = [];
  if (firstNs - startNs > 2 * periodNs) edges.push({ fromNs: startNs, toNs: Math.min(firstNs, endNs), reason: 'before the first probe' });
  if (endNs - lastNs > 2 * periodNs) edges.push({ fromNs: Math.max(lastNs + periodNs, startNs), toNs: endNs, reason: 'after the last probe' });
  return edges;
}

function longest(stretches: readonly Touching[], edges: readonly BlindStretch[]): Interval {
  let loNs = 0;
  let hiNs: number | null = edges.reduce((most, { fromNs, toNs }) => Math.max(most, toNs - fromNs), 0);
  for (const stretch of stretches) {
    loNs = Math.max(loNs, stretch.loNs);
    hiNs = hiNs === null || stretch.hiNs === null ? null : Math.max(hiNs, stretch.hiNs);
  }
  return { lo: loNs / 1e6, hi: hiNs === null ? null : hiNs / 1e6 };
}

function toOutage({ loNs, hiNs, lost, late }: Touching, startedAtNs: number): Outage {
  return { startedAtNs, lo: loNs / 1e6, hi: hiNs === null ? null : hiNs / 1e6, lost, late };
}

/** First row sent at or after `ns`; the number of rows when there is none. */
function firstRowFrom(sentNs: Float64Array, ns: number): number {
  let from = 0;
  let to = sentNs.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((sentNs[middle] ?? Number.NaN) < ns) from = middle + 1;
    else to = middle;
  }
  return from;
}

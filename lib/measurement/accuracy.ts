import type { Series } from '../record/samples.ts';
import { bridgeNs } from './outage.ts';
import { quantiles } from './statistics.ts';
import { measureWindow } from './window.ts';
import type { Outage } from './window.ts';

/** An outage that is known exactly, in the clock of the series, ns. */
export interface TrueOutage {
  fromNs: number;
  toNs: number;
}

/** What was measured of one true outage, ms. */
export interface MeasuredTruth {
  truthMs: number;
  /** The outage that was reported in its place; null: none was, so it went unseen. */
  seen: { lo: number; hi: number | null } | null;
  /** Middle of the interval less the truth; null where there is no middle. */
  errorMs: number | null;
  /** How far the truth lies outside of what was reported, 0 when within. An outage that went unseen is within when the prober itself says that one of this length may have. */
  outsideMs: number;
  /** Of an outage that went unseen: how long one there may have been at most, as the prober says; null: it does not say. */
  possibleMs?: number | null;
}

/** A series held against the truth. */
export interface Accuracy {
  outages: MeasuredTruth[];
  /** Probes of reported outages that lie where nothing was dropped. */
  falseLosses: number;
}

/**
 * Holds what the estimator says of a series against outages that are known exactly. A reported outage belongs to every true one that it
 * overlaps, give or take a period. Of several that belong to one, as when a stall of the prober splits it, the longest is held
 * against it, as it would be against a limit; the others say too little of it, and no loss in them is false. One that spans several
 * true outages, because nobody looked between them, is at least as long as the longest of them at most; what less than `bridgeNs` parts is one. Lost and late probes of a reported outage that
 * belongs to none are false.
 */
export function holdAgainstTruth(series: Series, truths: readonly TrueOutage[], thresholds: { lateAfterMs: number; waitMs: number }): Accuracy {
  const periodNs = series.header.probe.periodMs * 1e6;
  const { sentNs, length } = series.samples;
  const firstNs = sentNs[0] ?? 0;
  const { outages: reported } = measureWindow(series, firstNs, (sentNs[length - 1] ?? firstNs) + 1, thresholds);
  const belongs = ({ startedAtNs, lo, hi }: Outage, { fromNs, toNs }: TrueOutage): boolean => startedAtNs < toNs + periodNs && startedAtNs + (hi ?? lo) * 1e6 > fromNs - periodNs;
  const outages = truths.map((truth): MeasuredTruth => {
    const { fromNs, toNs } = truth;
    const truthMs = (toNs - fromNs) / 1e6;
    const [seen] = reported.filter((outage) => belongs(outage, truth)).sort((a, b) => (b.hi ?? Number.POSITIVE_INFINITY) - (a.hi ?? Number.POSITIVE_INFINITY) || b.lo - a.lo);
    if (seen === undefined) {
      const possible = measureWindow(series, fromNs - periodNs, toNs + periodNs, thresholds).outage;
      return { truthMs, seen: null, errorMs: null, possibleMs: possible.hi, outsideMs: possible.hi === null ? 0 : Math.max(0, truthMs - possible.hi) };
    }
    const { lo, hi } = seen;
    const spanned = truths.filter((other) => belongs(seen, other));
    const mostMs = longestMs(spanned, bridgeNs(series.header.probe.periodMs));
    return { truthMs, seen: { lo, hi }, errorMs: hi === null ? null : (lo + hi) / 2 - truthMs, outsideMs: Math.max(0, lo - mostMs, hi === null ? 0 : truthMs - hi) };
  });
  const falseOnes = reported.filter((outage) => !truths.some((truth) => belongs(outage, truth)));
  return { outages, falseLosses: falseOnes.reduce((sum, { lost, late }) => sum + lost + late, 0) };
}

/** The longest of some outages, ms; those with `bridge` ns between them at most are one. */
function longestMs(outages: readonly TrueOutage[], bridge: number): number {
  let longestNs = 0;
  let [fromNs, toNs] = [Number.NaN, Number.NaN];
  for (const next of [...outages].sort((a, b) => a.fromNs - b.fromNs)) {
    if (!(next.fromNs - toNs <= bridge)) fromNs = next.fromNs;
    toNs = next.toNs;
    longestNs = Math.max(longestNs, toNs - fromNs);
  }
  return longestNs / 1e6;
}

/** A quantile with its bootstrap interval of 95 %. */
export interface Estimate {
  value: number;
  lo: number;
  hi: number;
}

/** Times the values are drawn anew: the ends of the interval then vary by about a hundredth of its length. */
const draws = 1000;

/**
 * Quantiles with their bootstrap intervals of 95 % (percentile method: as many values drawn with replacement, the quantile of each
 * draw, its 2.5 and 97.5 % points). The same seed gives the same intervals. Null for no values.
 */
export function bootstrapQuantiles(values: readonly number[], shares: readonly number[], seed = 1): (Estimate | null)[] {
  const point = quantiles(values, shares);
  const random = generator(seed);
  const drawn: number[][] = shares.map(() => []);
  const sorted = Float64Array.from(values).sort();
  for (let draw = 0; draw < draws && sorted.length > 0; draw++) {
    const sample = Float64Array.from(sorted, () => sorted[Math.floor(random() * sorted.length)] ?? 0).sort();
    for (const [index, share] of shares.entries()) drawn[index]?.push(sample[Math.max(0, Math.ceil(share * sample.length) - 1)] ?? 0);
  }
  return point.map((value, index) => {
    const [lo, hi] = quantiles(drawn[index] ?? [], [0.025, 0.975]);
    return value === null || lo === undefined || lo === null || hi === undefined || hi === null ? null : { value, lo, hi };
  });
}

/** Park and Miller's generator: the same numbers for the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

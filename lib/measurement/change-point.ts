import { changeBound } from './change-bound.ts';

/** Where a series changed most, and how likely a change as large is when there is none. */
export interface ChangePoint {
  /** Index of the first value after the change. */
  at: number;
  /** Pettitt's K: the largest absolute difference between the pairs that rise and those that fall across a moment. */
  statistic: number;
  /** Share of all orders of the same values that change as much: by permutation; sharpened, a bound from exact counts where that is lower. */
  p: number;
}

/** Random orders that a probability is estimated from: it alone is never below 1 in 10 000. */
const permutations = 9999;
/** After so many orders that change as much the probability is known well enough (Besag and Clifford, Biometrika 78, 1991, 301-304). */
const enough = 20;
/** Where a probability is about as low as this, exact counts are worth their time. */
const low = 0.01;
/** The same values give the same probability every time. */
const seed = 20_261_121;

/** Numbers in [0, 1) from a seed (mulberry32, public domain). */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = Math.trunc(state + 0x6d_2b_79_f5);
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Ranks from 1 on; equal values share the mean of theirs. */
function ranksOf(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
}

/** Pettitt's statistic by ranks (Verstraeten et al. 2006): U(t) = 2 * sum of the first t ranks - t (n + 1); the largest |U| and its t. */
function strongest(ranks: readonly number[], least: number): { at: number; statistic: number } {
  let sum = 0;
  let best = { at: 0, statistic: -1 };
  for (const [index, rank] of ranks.entries()) {
    sum += rank;
    const before = index + 1;
    const statistic = Math.abs(2 * sum - before * (ranks.length + 1));
    if (before >= least && ranks.length - before >= least && statistic > best.statistic) best = { at: before, statistic };
  }
  return best;
}

/**
 * Finds where a series in order of time changed its level, by Pettitt's rank test (Applied Statistics 28, 1979, 126-135), among the
 * moments with at least `least` values before and after. Its probability is by permutation, because the usual formula is wrong for the
 * few values that are usual here. Values must not depend on each other. Null where the series is too short.
 */
export function changePoint(values: readonly number[], least = 1): ChangePoint | null {
  const ranks = ranksOf(values);
  const { at, statistic } = strongest(ranks, least);
  if (at === 0) return null;
  const random = randomFrom(seed);
  const shuffled = [...ranks];
  let asStrong = 0;
  for (let round = 0; round < permutations; round += 1) {
    for (let index = shuffled.length - 1; index > 0; index -= 1) {
      const other = Math.floor(random() * (index + 1));
      [shuffled[index], shuffled[other]] = [shuffled[other] ?? 0, shuffled[index] ?? 0];
    }
    if (strongest(shuffled, least).statistic >= statistic) asStrong += 1;
    if (asStrong === enough) return { at, statistic, p: enough / (round + 1) };
  }
  return { at, statistic, p: (asStrong + 1) / (permutations + 1) };
}

/**
 * A change with a low probability counted exactly, since random orders say nothing below their number. It takes a tenth of a second for
 * a hundred values, so it is for those changes alone of which the estimate is not low enough.
 */
export function sharpened(values: readonly number[], change: ChangePoint, least: number): ChangePoint {
  return change.p > low ? change : { ...change, p: Math.min(change.p, changeBound(ranksOf(values), change.statistic, least)) };
}

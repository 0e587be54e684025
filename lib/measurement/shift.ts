import { ascending, median } from './statistics.ts';

/** How much a second sample lies above a first one, in the unit of the samples. */
export interface Shift {
  /** Hodges-Lehmann: the median of all differences, second minus first. */
  estimate: number;
  /** The confidence interval; both null where the samples are too small for 95 %. */
  lo: number | null;
  hi: number | null;
  /** What the interval covers at least; null where there is none. Above `exactUpTo` values it is 95 %, by approximation. */
  coverage: number | null;
}

/** Samples of up to this size get an exact interval; above, the normal approximation of the rank sum is off by less than one rank. */
const exactUpTo = 60;

/** What an interval covers at least, and the quantile of the standard normal distribution that belongs to it. */
const confidence = 0.95;
const z95 = 1.959_963_985;

/**
 * In how many of all orders of two samples the second lies above the first in exactly u of the pairs, for u = 0 .. half of all pairs:
 * the null distribution of the Mann-Whitney statistic (Mann and Whitney 1947), as the coefficients of a Gaussian binomial. Exact.
 */
function orders(first: number, second: number): bigint[] {
  const length = Math.floor((first * second) / 2) + 1;
  const counts = Array.from({ length }, (_, u) => BigInt(u === 0 ? 1 : 0));
  for (let factor = 1; factor <= first; factor += 1) {
    for (let u = length - 1; u >= second + factor; u -= 1) counts[u] = (counts[u] ?? 0n) - (counts[u - second - factor] ?? 0n);
    for (let u = factor; u < length; u += 1) counts[u] = (counts[u] ?? 0n) + (counts[u - factor] ?? 0n);
  }
  return counts;
}

function binomial(n: number, k: number): bigint {
  let result = 1n;
  for (let step = 1; step <= k; step += 1) result = (result * BigInt(n - k + step)) / BigInt(step);
  return result;
}

/** A quotient of big numbers that is not above one, to 15 digits. */
function share(part: bigint, whole: bigint): number {
  return Number((part * 10n ** 15n) / whole) / 1e15;
}

/**
 * How many of the smallest (and of the largest) pairwise differences a 95 % interval leaves out, counting that which is its end, and what it then covers. Zero: not even
 * the whole range of the differences covers as much.
 */
export function differencesLeftOut(first: number, second: number): { count: number; coverage: number } {
  if (Math.max(first, second) > exactUpTo) {
    const spread = Math.sqrt((first * second * (first + second + 1)) / 12);
    return { count: Math.max(0, Math.floor((first * second) / 2 - z95 * spread)), coverage: confidence };
  }
  const all = binomial(first + second, first);
  let below = 0n;
  let best = { count: 0, coverage: 0 };
  for (const [u, count] of orders(first, second).entries()) {
    below += count;
    const coverage = 1 - 2 * share(below, all);
    if (coverage < confidence) break;
    best = { count: u + 1, coverage };
  }
  return best;
}

/**
 * By how much a second sample lies above a first: Hodges-Lehmann's estimate with the confidence interval that inverts the exact
 * Wilcoxon-Mann-Whitney test (Hollander, Wolfe, Chicken: Nonparametric Statistical Methods, 4.2 and 4.3). It assumes that the
 * distributions have the same shape, and nothing about which. Ties make the interval wider than it must be.
 * Null for an empty sample.
 */
export function shiftBetween(first: ArrayLike<number>, second: ArrayLike<number>): Shift | null {
  const differences = ascending(Array.from(second).flatMap((above) => Array.from(first, (below) => above - below)));
  const estimate = median(differences);
  if (estimate === null) return null;
  const { count, coverage } = differencesLeftOut(first.length, second.length);
  const lo = differences[count - 1];
  const hi = differences[differences.length - count];
  return lo === undefined || hi === undefined ? { estimate, lo: null, hi: null, coverage: null } : { estimate, lo, hi, coverage };
}

import type { Interval } from '../record/types.ts';

/** Ascending copy; NaN is not expected. */
export function ascending(values: ArrayLike<number>): Float64Array {
  return new Float64Array(values).sort();
}

/** Median (mean of the two middle values for an even count); null for no values. */
export function median(values: ArrayLike<number>): number | null {
  const sorted = ascending(values);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

/** Quantiles by nearest rank, so each is a value that was measured; `share` in (0, 1]. All null for no values. */
export function quantiles(values: ArrayLike<number>, shares: readonly number[]): (number | null)[] {
  const sorted = ascending(values);
  return shares.map((share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null);
}

/** One quantile by nearest rank; null for no values. */
export function quantile(values: ArrayLike<number>, share: number): number | null {
  return quantiles(values, [share])[0] ?? null;
}

/**
 * The exact confidence interval of the median from order statistics, free of any assumption about the distribution:
 * the narrowest symmetric pair x(k)..x(n+1-k) whose coverage 1 - 2 P(Binomial(n, 1/2) < k) reaches `confidence`.
 * Returns its true coverage. Null when even min..max does not reach it (below 6 values for 95 %).
 */
export function medianInterval(values: ArrayLike<number>, confidence = 0.95): (Interval & { hi: number; coverage: number }) | null {
  const sorted = ascending(values);
  const n = sorted.length;
  let k = 0;
  let coverage = 0;
  let outside = 0;
  let probability = 0.5 ** n;
  for (let below = 0; below < Math.floor(n / 2); below++) {
    outside += probability;
    if (1 - 2 * outside < confidence) break;
    k = below + 1;
    coverage = 1 - 2 * outside;
    probability *= (n - below) / (below + 1);
  }
  const lo = sorted[k - 1];
  const hi = sorted[n - k];
  return lo === undefined || hi === undefined ? null : { lo, hi, coverage };
}

/**
 * Of all ways to choose `size` of some whole numbers, the share whose sum is at most `most`; for every size from 0 to `sizes`. Counted
 * exactly, choice by choice, up to the rounding of doubles: nothing is subtracted.
 */
function sharesBelow(numbers: readonly number[], sizes: number, most: number): (size: number, atMost: number) => number {
  const width = Math.max(0, Math.floor(most)) + 1;
  const counts = Array.from({ length: sizes + 1 }, () => new Float64Array(width));
  const first = counts[0];
  if (first !== undefined) first[0] = 1;
  for (const [index, number] of numbers.entries()) {
    for (let size = Math.min(index + 1, sizes); size >= 1; size -= 1) {
      const [into, from] = [counts[size], counts[size - 1]];
      if (into === undefined || from === undefined) continue;
      for (let sum = number; sum < width; sum += 1) into[sum] = (into[sum] ?? 0) + (from[sum - number] ?? 0);
    }
  }
  return (size, atMost) => Array.from(counts[size] ?? []).slice(0, Math.max(0, Math.floor(atMost) + 1)).reduce((total, count) => total + count, 0) / choices(numbers.length, size);
}

/** How many ways there are to choose some of `all`. */
function choices(all: number, some: number): number {
  let ways = 1;
  for (let step = 1; step <= some; step += 1) ways = (ways * (all - some + step)) / step;
  return ways;
}

/**
 * A bound on how likely Pettitt's statistic is as large as this by chance alone: the sum over the moments of a change of the exact
 * probability of each, by the distribution of rank sums with these very ties. Exact where one moment is possible, close to it where
 * the probability is low, and never below it.
 *
 * @param ranks from 1 on, equal values sharing the mean of theirs; @param least values before and after a change at least.
 */
export function changeBound(ranks: readonly number[], statistic: number, least: number): number {
  const { length } = ranks;
  const half = Math.floor(length / 2);
  const doubled = ranks.map((rank) => Math.round(2 * rank));
  // U(t) = 2 S(t) - t (n + 1), and U(n - t) of the others is the same with the other sign: half of the moments tell of all.
  const reach = (size: number): number => size * (length + 1) - statistic;
  const sizes = Array.from({ length: Math.max(0, half - least + 1) }, (_, index) => least + index);
  const most = Math.max(0, ...sizes.map(reach));
  const [low, high] = [doubled, doubled.map((rank) => 2 * (length + 1) - rank)].map((numbers) => sharesBelow(numbers, half, most));
  const both = sizes.map((size) => (2 * size === length ? 1 : 2) * ((low?.(size, reach(size)) ?? 0) + (high?.(size, reach(size)) ?? 0)));
  return Math.min(1, both.reduce((total, share) => total + share, 0));
}

/** The lowest probability that a change in a series of so many different values can have: all of one half below all of the other. */
export function leastProbability(length: number, least: number): number {
  const half = Math.floor(length / 2);
  return half < least ? 1 : changeBound(Array.from({ length }, (_, index) => index + 1), half * (length - half), least);
}

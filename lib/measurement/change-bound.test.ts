import { expect, test } from 'vitest';
import { changeBound, leastProbability } from './change-bound.ts';

/** All orders of some values. */
function orders(values: readonly number[]): number[][] {
  return values.length === 0 ? [[]] : values.flatMap((value, index) => orders(values.toSpliced(index, 1)).map((rest) => [value, ...rest]));
}

/** The share of all orders of ranks whose largest |2 S(t) - t (n + 1)| is as large, by trying each. */
function counted(ranks: readonly number[], statistic: number, least: number): number {
  const all = orders(ranks);
  const strong = all.filter((order) => order.some((_, index) => {
    const size = index + 1;
    const sum = order.slice(0, size).reduce((total, rank) => total + rank, 0);
    return size >= least && order.length - size >= least && Math.abs(2 * sum - size * (order.length + 1)) >= statistic;
  }));
  return strong.length / all.length;
}

test.each([[[1, 2, 3, 4, 5, 6, 7, 8]], [[1, 2.5, 2.5, 4, 5, 6.5, 6.5, 8]], [[2, 2, 2, 4.5, 4.5, 7, 7, 7]]])('of %j is what trying every order gives where one moment is possible', (ranks) => {
  for (const statistic of [8, 12, 16]) expect(changeBound(ranks, statistic, 4)).toBeCloseTo(Math.min(1, counted(ranks, statistic, 4)), 10);
});

test.each([[[1, 2, 3, 4, 5, 6, 7, 8]], [[1.5, 1.5, 3, 4, 5.5, 5.5, 7, 8]]])('of %j is never below what trying every order gives, and close to it where that is low', (ranks) => {
  for (const statistic of [8, 10, 12, 14, 15, 16]) expect(changeBound(ranks, statistic, 2)).toBeGreaterThanOrEqual(counted(ranks, statistic, 2) - 1e-12);
  expect(changeBound(ranks, 15, 2)).toBeLessThan(2 * counted(ranks, 15, 2));
});

test('six low and six high values: 2 of 924 ways; ten and ten: 2 of 184 756', () => {
  expect(leastProbability(12, 6)).toBeCloseTo(2 / 924, 12);
  expect(leastProbability(20, 6)).toBeCloseTo(2 / 184_756, 12);
  expect(leastProbability(11, 6)).toBe(1);
});

test('a hundred values are counted as well', () => {
  expect(leastProbability(100, 6)).toBeGreaterThan(0);
  expect(leastProbability(100, 6)).toBeLessThan(1e-27);
});

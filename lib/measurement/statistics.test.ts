import { describe, expect, test } from 'vitest';
import { median, medianInterval, quantile, quantiles } from './statistics.ts';

const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => n - index);

describe('median and quantiles', () => {
  test.each([[[], null], [[3], 3], [[3, 1], 2], [[9, 1, 5], 5], [[4, 1, 3, 2], 2.5]])('median of %j is %j', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  test('a quantile is a value that was measured, by nearest rank', () => {
    expect(quantiles(upTo(100), [0.5, 0.95, 0.99, 1])).toEqual([50, 95, 99, 100]);
    expect(quantile([7, 5], 0.99)).toBe(7);
    expect(quantile([], 0.5)).toBeNull();
  });

  test('the values given are left in their order', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('the interval of the median', () => {
  test.each([
    [6, 1, 6, 96.9], [9, 2, 8, 96.1], [10, 2, 9, 97.9], [15, 4, 12, 96.5],
  ])('of %d values is x(%d)..x(%d) with %d %% coverage', (n, lo, hi, percent) => {
    const interval = medianInterval(upTo(n));
    expect(interval).toMatchObject({ lo, hi });
    expect((interval?.coverage ?? 0) * 100).toBeCloseTo(percent, 1);
  });

  test.each([0, 1, 5])('does not exist for %d values', (n) => {
    expect(medianInterval(upTo(n))).toBeNull();
  });

  test('covers the median of large samples without overflow', () => {
    expect(medianInterval(upTo(1000))).toMatchObject({ lo: 469, hi: 532 });
  });
});

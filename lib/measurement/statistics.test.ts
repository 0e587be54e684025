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

  // Table A.7 of a textbook, "Confidence Intervals for the Population Median" (page 656): of each n the narrowest interval that reaches 95 %.
  test.each([
    [6, 1, 6, 96.9], [7, 1, 7, 98.4], [8, 1, 8, 99.2], [9, 2, 8, 96.1], [10, 2, 9, 97.9], [11, 2, 10, 98.8], [12, 3, 10, 96.1], [13, 3, 11, 97.8], [14, 3, 12, 98.7],
    [15, 4, 12, 96.5], [16, 4, 13, 97.9], [17, 5, 13, 95.1], [18, 5, 14, 96.9], [19, 5, 15, 98.1], [20, 6, 15, 95.9],
  ])('of %d values stands in a printed table as x(%d)..x(%d), %d %%', (n, lo, hi, percent) => {
    const interval = medianInterval(upTo(n));
    expect(interval).toMatchObject({ lo, hi });
    expect(Math.round((interval?.coverage ?? 0) * 1000) / 10).toBe(percent);
  });

  test('of the example of ci.median in the R package statpsych (after Snedecor and Cochran, Statistical Methods, 1989) is 10.8 to 30.9', () => {
    const values = [30.2, 20.4, 15.1, 10.2, 10.5, 60.8, 20.8, 25, 20.7, 30.9, 10.8, 5.1, 50.9, 40, 20.9, 10.8, 0, 20.5, 50.8];
    expect(median(values)).toBe(20.7);
    expect(medianInterval(values)).toMatchObject({ lo: 10.8, hi: 30.9 });
  });

  test('covers what counting says: of all ways in which n values can lie around the median, those with the median within', () => {
    for (let n = 6; n <= 14; n += 1) {
      const below = Array.from({ length: 2 ** n }, (_, ways) => Array.from({ length: n }, (__, bit) => (ways >> bit) & 1).reduce((sum, one) => sum + one, 0));
      const within = (k: number): number => below.filter((count) => count >= k && count <= n - k).length / 2 ** n;
      const interval = medianInterval(upTo(n));
      expect(interval?.coverage).toBeCloseTo(within(interval?.lo ?? 0), 12);
      expect(within((interval?.lo ?? 0) + 1)).toBeLessThan(0.95);
    }
  });

  test.each([0, 1, 5])('does not exist for %d values', (n) => {
    expect(medianInterval(upTo(n))).toBeNull();
  });

  test('covers the median of large samples without overflow', () => {
    expect(medianInterval(upTo(1000))).toMatchObject({ lo: 469, hi: 532 });
  });
});

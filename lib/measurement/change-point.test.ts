import { describe, expect, test } from 'vitest';
import { changePoint, sharpened } from './change-point.ts';

describe('the change of a series', () => {
  test('of Pettitt (1979), table 1: K = 232 after the 17th value, p = 0.0146', () => {
    const industrial = [
      -1.05, 0.96, 1.22, 0.58, -0.98, -0.03, -1.54, -0.71, -0.35, 0.66, 0.44, 0.91, -0.02, -1.42, 1.26, -1.02, -0.81, 1.66, 1.05, 0.97,
      2.14, 1.22, -0.24, 1.6, 0.72, -0.12, 0.44, 0.03, 0.66, 0.56, 1.37, 1.66, 0.1, 0.8, 1.29, 0.49, -0.07, 1.18, 3.29, 1.84,
    ];
    const change = changePoint(industrial);
    expect(change).toMatchObject({ at: 17, statistic: 232 });
    expect(change?.p).toBeGreaterThan(0.005);
    expect(change?.p).toBeLessThan(0.0146 + 0.005);
  });

  test('six low and six high values: K = 36, and 2 of the 924 ways to part them are as strong', () => {
    const change = changePoint([1, 5, 3, 2, 4, 6, 11, 15, 13, 12, 14, 16]);
    expect(change).toMatchObject({ at: 6, statistic: 36 });
    expect(change?.p).toBeCloseTo(2 / 924, 2);
    expect(change?.p).toBeLessThan(0.005);
  });

  test('is as unlikely as it is, however many random orders are tried', () => {
    const values = Array.from({ length: 24 }, (_, index) => (index < 12 ? index * 7 % 12 : 100 + (index * 7 % 12)));
    const change = changePoint(values, 6);
    expect(change?.p).toBe(1 / 10_000);
    expect(change === null ? null : sharpened(values, change, 6).p).toBeCloseTo(2 / 2_704_156, 9);
    expect(sharpened(values, { at: 12, statistic: 40, p: 0.4 }, 6).p).toBe(0.4);
  });

  test('is looked for only where enough lies before and after it', () => {
    expect(changePoint([9, 9, 1, 2, 3, 4, 5, 6], 3)?.at).toBeGreaterThanOrEqual(3);
    expect(changePoint([1, 2, 3, 4, 5], 3)).toBeNull();
    expect(changePoint([])).toBeNull();
  });

  test('is not found in a series that goes up and down alike, and equal values are no change', () => {
    expect(changePoint([1, 10, 2, 9, 3, 8, 4, 7, 5, 6, 1.5, 9.5])?.p).toBeGreaterThan(0.5);
    expect(changePoint([7, 7, 7, 7, 7, 7])?.p).toBe(1);
  });
});

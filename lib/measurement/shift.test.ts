import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differencesLeftOut, shiftBetween } from './shift.ts';

describe('the interval of a shift', () => {
  // Critical values of the Mann-Whitney U, two-sided 5 %, as tabled by Milton (1964) and in the textbooks since: reject at U or below.
  test.each([
    [4, 4, 0], [5, 5, 2], [5, 8, 6], [6, 6, 5], [6, 10, 11], [7, 7, 8], [8, 8, 13], [9, 9, 17], [10, 10, 23], [10, 15, 39], [12, 12, 37], [15, 15, 64], [20, 20, 127],
  ])('of %d and %d values leaves out one difference more than the tabled critical value %d', (first, second, critical) => {
    const { count, coverage } = differencesLeftOut(first, second);
    expect(count).toBe(critical + 1);
    expect(coverage).toBeGreaterThanOrEqual(0.95);
    expect(differencesLeftOut(second, first)).toEqual({ count, coverage });
  });

  test.each([[1, 19], [2, 7], [3, 3], [3, 4]])('does not exist for %d and %d values', (first, second) => {
    expect(differencesLeftOut(first, second)).toEqual({ count: 0, coverage: 0 });
  });

  test('covers what counting every order says: of 4 and 4, all but 2 of 70; of 6 and 6, all but 38 of 924', () => {
    expect(differencesLeftOut(4, 4).coverage).toBeCloseTo(1 - 2 / 70, 12);
    expect(differencesLeftOut(6, 6).coverage).toBeCloseTo(1 - 38 / 924, 12);
  });

  test('large samples by approximation go on where the exact ones end', () => {
    const exact = differencesLeftOut(60, 60).count;
    const approximate = differencesLeftOut(61, 60).count;
    expect(approximate - exact).toBeGreaterThan(0);
    expect(approximate - exact).toBeLessThan(40);
  });
});

describe('the shift', () => {
  // Permeability of the human chorioamnion, Hollander and Wolfe (1973), examples 4.1, 4.3, 4.4: estimate -0.305, (-0.76, 0.15) at 96 %.
  // R's wilcox.test(x, y, conf.int = TRUE) and SAS's NPAR1WAY give the same estimate.
  const atTerm = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
  const early = [1.15, 0.88, 0.9, 0.74, 1.21];

  test('of Hollander and Wolfe, permeability', () => {
    const shift = shiftBetween(atTerm, early);
    expect(shift?.estimate).toBeCloseTo(-0.305, 10);
    expect(shift?.lo).toBeCloseTo(-0.76, 10);
    expect(shift?.hi).toBeCloseTo(0.15, 10);
    expect(shift?.coverage).toBeCloseTo(0.96, 2);
  });

  test("of Student's sleep data is what R gives: -1.346 by the root of an approximation, the median of the differences itself -1.35", () => {
    const [one, other] = [[0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2], [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]];
    expect(shiftBetween(other ?? [], one ?? [])?.estimate).toBeCloseTo(-1.35, 10);
  });

  test('is the other way round when the samples are', () => {
    const [there, back] = [shiftBetween(atTerm, early), shiftBetween(early, atTerm)];
    expect(back?.estimate).toBeCloseTo(-(there?.estimate ?? 0), 12);
    expect(back?.lo).toBeCloseTo(-(there?.hi ?? 0), 12);
    expect(back?.hi).toBeCloseTo(-(there?.lo ?? 0), 12);
  });

  test('of too few values has no interval, and of none there is no shift', () => {
    expect(shiftBetween([1, 2, 3], [11, 12, 13])).toEqual({ estimate: 10, lo: null, hi: null, coverage: null });
    expect(shiftBetween([], [1])).toBeNull();
  });

  test('follows a known displacement exactly, whatever the values', () => {
    const values = fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 6, maxLength: 20 });
    fc.assert(
      fc.property(values, values, fc.integer({ min: -1e6, max: 1e6 }), (first, second, by) => {
        const before = shiftBetween(first, second);
        const after = shiftBetween(first, second.map((value) => value + by));
        expect(after?.estimate).toBe((before?.estimate ?? 0) + by);
        expect(after?.lo).toBe((before?.lo ?? 0) + by);
        expect(after?.hi).toBe((before?.hi ?? 0) + by);
      }),
      { numRuns: 200 },
    );
  });

  test('its interval holds the truth as often as it says', () => {
    let state = 42;
    const random = (): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
    const skewed = (): number => -Math.log(1 - random());
    const trials = 2000;
    let held = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const { lo, hi } = shiftBetween(Array.from({ length: 6 }, skewed), Array.from({ length: 7 }, () => skewed() + 3)) ?? { lo: null, hi: null };
      if (lo !== null && hi !== null && lo <= 3 && hi >= 3) held += 1;
    }
    expect(held / trials).toBeGreaterThan(0.94);
    expect(held / trials).toBeLessThan(0.98);
  });
});

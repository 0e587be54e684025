import { expect, test } from 'vitest';
import { seriesOf, slotsLeftOut } from './series.ts';

const series = (...slots: number[]) => {
  const made = seriesOf('made', 100, Float64Array.from(slots, (slot) => slot * 1e8), Float64Array.from(slots, (slot) => slot * 1e8 + 1));
  return { ...made, samples: { ...made.samples, seq: Float64Array.from(slots) } };
};

test('a single slot that is missing is one left out, and the edges of the stretch are none', () => {
  expect(slotsLeftOut(series(0, 1, 2, 3, 4, 5, 6), 0.5e8, 5.5e8)).toBe(0);
  expect(slotsLeftOut(series(0, 1, 2, 4, 5, 6), 0.5e8, 5.5e8)).toBe(1);
  expect(slotsLeftOut(series(0, 3, 4, 5, 9), 0.5e8, 5.5e8)).toBe(5);
});

test('what a series does not reach over is not claimed', () => {
  expect(slotsLeftOut(series(1, 2, 3), 0.5e8, 2.5e8)).toBe(Number.POSITIVE_INFINITY);
  expect(slotsLeftOut(series(1, 2, 3), 1.5e8, 3.5e8)).toBe(Number.POSITIVE_INFINITY);
});

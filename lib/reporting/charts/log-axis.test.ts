import { expect, test } from 'vitest';
import { logScale, logTicks } from './log-axis.ts';

test.each([
  [0.15, 3.2, [0.2, 0.5, 1, 2]],
  [0.2, 5, [0.2, 0.5, 1, 2, 5]],
  [3, 30, [5, 10, 20]],
  [0.15, 800, [1, 10, 100]],
  [0.001, 16, [0.001, 0.01, 0.1, 1, 10]],
])('ticks between %d and %d', (from, to, ticks) => {
  expect(logTicks(from, to)).toEqual(ticks);
});

test('each power of ten takes the same room, from one end to the other', () => {
  const toY = logScale([0.1, 100], [200, 50]);
  expect([0.1, 1, 10, 100].map((value) => Math.round(toY(value) * 1e6) / 1e6)).toEqual([200, 150, 100, 50]);
});

import { expect, test } from 'vitest';
import { logTicks } from './log-ticks.ts';

test.each([
  [0.15, 3.2, [0.2, 0.5, 1, 2]],
  [0.2, 5, [0.2, 0.5, 1, 2, 5]],
  [3, 30, [5, 10, 20]],
  [0.15, 800, [1, 10, 100]],
  [0.001, 16, [0.001, 0.01, 0.1, 1, 10]],
])('between %d and %d', (from, to, ticks) => {
  expect(logTicks(from, to)).toEqual(ticks);
});

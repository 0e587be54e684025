import { expect, test } from 'vitest';
import { slowness } from './deadline.ts';

test.each([
  ['an idle machine of two cores', 0.1, 2, 1],
  ['an idle machine of many cores', 0.1, 16, 1],
  ['a single core', 0.1, 1, 2],
  ['two cores with seventeen processes waiting', 17, 2, 8.5],
])('%s', (_, load, cores, factor) => {
  expect(slowness(load, cores)).toBe(factor);
});

import { expect, test } from 'vitest';
import { discoveryThreshold } from './discoveries.ts';

test('of Benjamini and Hochberg (1995), section 3.2: of 15 probabilities the first four are found at 5 %', () => {
  const all = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1];
  const threshold = discoveryThreshold(all.toReversed(), 0.05);
  expect(threshold).toBeCloseTo((4 / 15) * 0.05, 6);
  expect(all.filter((p) => p <= threshold)).toHaveLength(4);
});

test('one that is too high is not found alone, and is found with enough others that are as low', () => {
  expect(discoveryThreshold([0.002, ...Array.from({ length: 59 }, () => 0.5)], 0.05)).toBe(0);
  expect(discoveryThreshold([0.002, 0.002, 0.002, ...Array.from({ length: 57 }, () => 0.5)], 0.05)).toBeCloseTo(0.0025, 6);
  expect(discoveryThreshold([], 0.05)).toBe(0);
});

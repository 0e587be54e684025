import { expect, test } from 'vitest';
import { randomOutage, showFor } from './show.ts';

test.each([1, 2, 5, 10, 20, 100, 1000])('outages at %d ms keep to their slots, are never shorter than two periods, and are enough', (periodMs) => {
  const show = showFor(periodMs, 'threads');
  expect(show.targets * show.slots).toBeGreaterThanOrEqual(100);
  expect(show.slots * show.slotMs).toBeLessThanOrEqual(3000);
  for (const draw of [0, 0.3, 0.999_999]) {
    const { atMs, lengthMs } = randomOutage(show, () => draw);
    expect(lengthMs).toBeGreaterThanOrEqual(2 * show.periodMs);
    expect(atMs).toBeGreaterThanOrEqual(show.marginMs);
    expect(atMs + lengthMs).toBeLessThanOrEqual(show.slotMs - show.marginMs + 1e-9);
  }
});

test('a period that would take long is calibrated at a shorter one', () => {
  expect(showFor(1000, 'threads').periodMs).toBe(100);
});

test('engines with a process a target are shown to few', () => {
  expect(showFor(10, 'processes').targets).toBeLessThanOrEqual(8);
});

import { afterEach, expect, test, vi } from 'vitest';
import { clockOffset, unsetWallMs } from './clock-offset.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test('a node is as far off as it says, within half the round trip and its resolution', () => {
  const now = unsetWallMs();
  const { ms, errorMs, unsetMs } = clockOffset(now + 250, now - 10, now + 10, 500);
  expect(errorMs).toBe(510);
  expect(unsetMs).toBeCloseTo(250, 0);
  expect(Math.abs(ms - 250)).toBeLessThan(60_000);
});

test('a clock of ours that was set shows in one reading, and not in the other', () => {
  const now = unsetWallMs();
  const before = clockOffset(now, now, now);
  const real = Date.now.bind(Date);
  vi.spyOn(Date, 'now').mockImplementation(() => real() + 3_600_000);
  const after = clockOffset(now, now, now);
  expect(after.unsetMs).toBeCloseTo(0, 0);
  expect((after.ms - before.ms + 3_600_000) / 1000).toBeCloseTo(0, 0);
});

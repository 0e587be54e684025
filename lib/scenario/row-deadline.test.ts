import { afterEach, expect, test, vi } from 'vitest';
import { rowDeadline } from './row-deadline.ts';

afterEach(() => void vi.useRealTimers());

test('a row gets the time that the worst load during it asks for', () => {
  vi.useFakeTimers();
  let factor = 1;
  const deadline = rowDeadline(60_000, (ms) => ms * factor);
  factor = 3;
  vi.advanceTimersByTime(15_000);
  factor = 1;
  vi.advanceTimersByTime(150_000);
  expect(deadline.signal.aborted).toBe(false);
  expect(deadline.seconds()).toBe(180);
  vi.advanceTimersByTime(16_000);
  expect(deadline.signal.aborted).toBe(true);
});

test('a deadline that was stopped does not come', () => {
  vi.useFakeTimers();
  const deadline = rowDeadline(1000, (ms) => ms);
  deadline.stop();
  vi.advanceTimersByTime(60_000);
  expect(deadline.signal.aborted).toBe(false);
});

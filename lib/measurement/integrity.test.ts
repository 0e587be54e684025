import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { longestWriteGap, lostWrites, newErrors } from './integrity.ts';
import type { RingReading } from './integrity.ts';

function reading(atMs: number, ack: number, more: Partial<RingReading> = {}): RingReading {
  return { from: atMs * 1e6, to: (atMs + 5) * 1e6, boot: 'a', ack, recovered: 0, errors: 0, ...more };
}

test('a write gap of random length, read at random moments, lies in the interval', () => {
  assert(
    property(integer({ min: 20, max: 5000 }), integer({ min: 30, max: 400 }), integer({ min: 50, max: 300 }), integer({ min: 0, max: 299 }), (gapMs, pollMs, cadenceMs, phase) => {
      const stallAt = 2000 + phase;
      const writes: number[] = [];
      for (let at = 0; at < stallAt; at += cadenceMs) writes.push(at);
      for (let at = (writes.at(-1) ?? 0) + Math.max(gapMs, cadenceMs); writes.length < 400 && at < 12_000; at += cadenceMs) writes.push(at);
      const truth = Math.max(...writes.slice(1).map((at, index) => at - (writes[index] ?? 0)));
      const readings: RingReading[] = [];
      for (let at = phase; at < 11_000; at += pollMs) readings.push(reading(at, writes.filter((write) => write <= at + 2).length));
      const gap = longestWriteGap(readings);
      expect(gap === null ? -1 : gap.lo).toBeLessThanOrEqual(truth);
      expect(gap?.hi ?? Infinity).toBeGreaterThanOrEqual(truth);
    }),
  );
});

test('a stall that never ended has no upper bound', () => {
  expect(longestWriteGap([reading(0, 1), reading(100, 2), reading(200, 3), reading(9000, 3)])).toEqual({ lo: 8795, hi: null });
});

test('one reading tells nothing', () => {
  expect(longestWriteGap([reading(0, 1)])).toBeNull();
});

test('acknowledged writes that are gone after a restart are counted', () => {
  expect(lostWrites([reading(0, 10), reading(1, 12), reading(2, 12, { boot: 'b', recovered: 12 })])).toBe(0);
  expect(lostWrites([reading(0, 10), reading(1, 12), reading(2, 11, { boot: 'b', recovered: 10 })])).toBe(2);
});

test('errors are counted over restarts', () => {
  expect(newErrors([reading(0, 1, { errors: 3 }), reading(1, 2, { errors: 3 })])).toBe(0);
  expect(newErrors([reading(0, 1, { errors: 3 }), reading(1, 2, { errors: 4 }), reading(2, 2, { boot: 'b', errors: 2 })])).toBe(3);
});

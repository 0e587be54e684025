import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { longestWriteGap, lostWrites, newErrors, writesAfter } from './integrity.ts';
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
      const gap = longestWriteGap(readings, { start: 0, end: (readings.at(-1)?.from ?? 0) });
      expect(gap === null ? -1 : gap.lo).toBeLessThanOrEqual(truth);
      expect(gap?.hi ?? Infinity).toBeGreaterThanOrEqual(truth);
    }),
  );
});

test('a stall that never ended has no upper bound', () => {
  expect(longestWriteGap([reading(0, 1), reading(100, 2), reading(200, 3), reading(9000, 3)], { start: 0, end: 9e9 })).toEqual({ lo: 8795, hi: null });
});

test('one reading tells nothing', () => {
  expect(longestWriteGap([reading(0, 1)], { start: 0, end: 0 })).toBeNull();
});

test('a window that was read only at its beginning has no figure', () => {
  const readings = Array.from({ length: 10 }, (_, index) => reading(index * 200, index));
  expect(longestWriteGap(readings, { start: 0, end: 30e9 })).toBeNull();
});

test('the time from the start of the window to the first advance counts', () => {
  expect(longestWriteGap([reading(5000, 7), reading(5200, 8), reading(5400, 9)], { start: 0, end: 5.4e9 })?.hi).toBe(5205);
});

test('the time from the last advance to the end of the window counts', () => {
  const readings = [reading(0, 1), reading(200, 2), reading(400, 3), reading(20_000, 90)];
  expect(longestWriteGap(readings, { start: 0, end: 19e9 })?.hi).toBe(20_005 - 200);
  expect(longestWriteGap(readings.slice(0, 3), { start: 0, end: 0.4e9 })?.hi).toBeGreaterThanOrEqual(200);
});

test('a stall before the window is not blamed on it', () => {
  const readings = [reading(0, 1), reading(200, 2), reading(8000, 2), reading(8200, 3), reading(8400, 4), reading(8600, 5)];
  expect(longestWriteGap(readings, { start: 8.1e9, end: 8.5e9 })?.lo).toBeLessThan(200);
});

test('a guest that never writes again is not known to write', () => {
  const before = [reading(0, 10), reading(1, 12)];
  const stood = [reading(20, 12, { boot: 'b', recovered: 12 }), reading(21, 12, { boot: 'b', recovered: 12 })];
  expect(writesAfter(before, 5e6)).toEqual({ ok: null, detail: 'its write sequence was not read afterwards' });
  expect(writesAfter([...before, ...stood], 5e6).ok).toBeNull();
  expect(writesAfter([...before, ...stood, reading(22, 13, { boot: 'b', recovered: 12 })], 5e6).ok).toBe(true);
});

test('a guest that must be started anew does not write again by its old boot', () => {
  const readings = [reading(0, 10), reading(10, 11), reading(11, 12)];
  expect(writesAfter(readings, 5e6).ok).toBe(true);
  expect(writesAfter(readings, 5e6, 'a')).toEqual({ ok: null, detail: 'its write sequence was not read from a new boot afterwards' });
});

test('acknowledged writes that are gone after a restart are counted', () => {
  expect(lostWrites([reading(0, 10), reading(1, 12), reading(2, 12, { boot: 'b', recovered: 12 })])).toBe(0);
  expect(lostWrites([reading(0, 10), reading(1, 12), reading(2, 11, { boot: 'b', recovered: 10 })])).toBe(2);
});

test('errors are counted over restarts', () => {
  expect(newErrors([reading(0, 1, { errors: 3 }), reading(1, 2, { errors: 3 })])).toBe(0);
  expect(newErrors([reading(0, 1, { errors: 3 }), reading(1, 2, { errors: 4 }), reading(2, 2, { boot: 'b', errors: 2 })])).toBe(3);
});

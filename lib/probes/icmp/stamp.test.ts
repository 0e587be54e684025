import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStampMapper } from './stamp.ts';
import type { ClockPair, StampMapper } from './stamp.ts';

/** Both clocks at a monotonic moment, with the wall clock ahead by a whole number of ns. */
function clocksAt(monotonicNs: number, aheadSeconds: number, aheadNs: number): ClockPair {
  const ns = monotonicNs + aheadNs;
  return { monotonicNs, realSeconds: aheadSeconds + Math.floor(ns / 1e9), realNs: ns % 1e9 };
}

/** The socket was read 20 ms before. */
function begin(mapper: StampMapper, clocks: ClockPair): void {
  mapper.begin(clocks, clocks.monotonicNs - 20e6);
}

test('a stamp is brought over to the nanosecond, although the wall clock has 19 digits', () => {
  const mapper = createStampMapper();
  begin(mapper, clocksAt(5_000_000_123, 1_790_000_000, 987_654_321));
  const stamp = clocksAt(4_999_000_001, 1_790_000_000, 987_654_321);
  expect(mapper.toMonotonic(stamp.realSeconds, stamp.realNs)).toBe(4_999_000_001);
});

test('a step of the wall clock, forward or back, does not move a sample', () => {
  fc.assert(fc.property(fc.integer({ min: -4000, max: 4000 }).filter((seconds) => seconds !== 0), fc.integer({ min: 0, max: 20_000_000 }), fc.boolean(), (step, sinceNs, stampedBefore) => {
    const mapper = createStampMapper();
    begin(mapper, clocksAt(100e9, 1_790_000_000, 5));
    begin(mapper, clocksAt(100.02e9, 1_790_000_000 + step, 5));
    const at = 100e9 + sinceNs;
    const stamp = clocksAt(at, 1_790_000_000 + (stampedBefore ? 0 : step), 5);
    expect(mapper.toMonotonic(stamp.realSeconds, stamp.realNs)).toBe(at);
  }));
});

test('a step during a silence that was read through does not move the first answer after it', () => {
  const mapper = createStampMapper();
  begin(mapper, clocksAt(100e9, 1_790_000_000, 5));
  begin(mapper, clocksAt(100.9e9, 1_790_000_000, 5 + 50e6));
  const stamp = clocksAt(100.895e9, 1_790_000_000, 5);
  expect(mapper.toMonotonic(stamp.realSeconds, stamp.realNs)).toBe(100.895e9);
});

test('after the step everything is as before', () => {
  const mapper = createStampMapper();
  begin(mapper, clocksAt(100e9, 1000, 0));
  begin(mapper, clocksAt(100.02e9, 2000, 0));
  begin(mapper, clocksAt(100.04e9, 2000, 0));
  const stamp = clocksAt(100.03e9, 2000, 0);
  expect(mapper.toMonotonic(stamp.realSeconds, stamp.realNs)).toBe(100.03e9);
});

test('a stamp that fits neither side of a step counts as received when it was read', () => {
  const mapper = createStampMapper();
  begin(mapper, clocksAt(100e9, 1000, 0));
  begin(mapper, clocksAt(100.02e9, 2000, 0));
  expect(mapper.toMonotonic(5, 0)).toBe(100.02e9);
});

test('an answer is never received after it was read', () => {
  const mapper = createStampMapper();
  begin(mapper, clocksAt(100e9, 1000, 0));
  const stamp = clocksAt(100e9 + 300, 1000, 0);
  expect(mapper.toMonotonic(stamp.realSeconds, stamp.realNs)).toBe(100e9);
});

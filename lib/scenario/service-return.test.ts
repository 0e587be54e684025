import { expect, test } from 'vitest';
import type { RingReading } from '../measurement/integrity.ts';
import { firstWriteAfter } from './service-return.ts';

function reading(at: number, ack: number, more: Partial<RingReading> = {}): RingReading {
  return { from: at, to: at + 1, boot: 'a', ack, recovered: 0, errors: 0, ...more };
}

test('the first write lies between the last reading without it and the first one with it', () => {
  expect(firstWriteAfter([reading(0, 7), reading(10, 9), reading(20, 9), reading(30, 9), reading(40, 11)], 15)).toEqual({ lastBefore: 30, firstAfter: 41 });
});

test('a write that was acknowledged before the moment is none', () => {
  expect(firstWriteAfter([reading(0, 7), reading(10, 9), reading(20, 9)], 15)).toBeNull();
});

test('what a guest found on its disk when it was started anew is no write', () => {
  const boot = { boot: 'b', recovered: 12 };
  expect(firstWriteAfter([reading(0, 10), reading(20, 12, boot), reading(30, 12, boot)], 15)).toBeNull();
  expect(firstWriteAfter([reading(0, 10), reading(20, 12, boot), reading(30, 13, boot)], 15)).toEqual({ lastBefore: 20, firstAfter: 31 });
});

test('without a reading before the moment, the moment itself is the bound', () => {
  expect(firstWriteAfter([reading(20, 3)], 15)).toEqual({ lastBefore: 15, firstAfter: 21 });
});

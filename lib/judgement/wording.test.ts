import { assert, double, property } from 'fast-check';
import { expect, test } from 'vitest';
import type { Unit } from '../record/types.ts';
import { judgeLimit } from './limit.ts';
import { sayInterval, sayLimitValue, sayMeasurement, sayMove, sayValue } from './wording.ts';

test.each<{ lo: number; hi: number | null; unit: Unit; text: string }>([
  { lo: 1240, hi: 1260, unit: 'ms', text: '1240-1260 ms' },
  { lo: 1240.9, hi: 1260.4, unit: 'ms', text: '1240-1261 ms' },
  { lo: 0, hi: 19.96, unit: 'ms', text: '0-20 ms' },
  { lo: 0.25, hi: 1.234, unit: 'ms', text: '0.25-1.24 ms' },
  { lo: 37_780, hi: 37_800, unit: 'ms', text: '37.78-37.8 s' },
  { lo: 37_769.2, hi: 37_790.8, unit: 'ms', text: '37.769-37.791 s' },
  { lo: 37_769.2, hi: 38_790.8, unit: 'ms', text: '37.76-38.8 s' },
  { lo: 100.2345, hi: 100.4, unit: 'ms', text: '100.23-100.4 ms' },
  { lo: 100.2344999, hi: 100.2346, unit: 'ms', text: '100.234-100.235 ms' },
  { lo: 345.6, hi: 345.6, unit: 'ms', text: '346 ms' },
  { lo: 12_349, hi: null, unit: 'ms', text: 'at least 12.34 s, with no end seen' },
  { lo: 1_234_567_890_123, hi: 1_234_567_890_123, unit: 'bytes', text: '1234567890123 bytes' },
  { lo: 9000, hi: 10_000, unit: 'ms', text: '9-10 s' },
  { lo: 12_000, hi: null, unit: 'ms', text: 'at least 12 s, with no end seen' },
  { lo: 3, hi: 3, unit: 'packets', text: '3' },
  { lo: 3, hi: 5, unit: 'packets', text: '3-5' },
  { lo: 4096, hi: 4096, unit: 'bytes', text: '4096 bytes' },
])('$lo to $hi $unit: $text', ({ lo, hi, unit, text }) => {
  expect(sayInterval({ lo, hi }, unit)).toBe(text);
});

test.each<{ lo: number; hi: number | null; limit: number; text: string }>([
  { lo: 480.2, hi: 500.31, limit: 500, text: 'outage 480-501 ms, limit 500 ms' },
  { lo: 500.4, hi: 520.3, limit: 500, text: 'outage 500.4-521 ms, limit 500 ms' },
  { lo: 480, hi: 499.6, limit: 500, text: 'outage 480-499.6 ms, limit 500 ms' },
  { lo: 480, hi: 500, limit: 500, text: 'outage 480-500 ms, limit 500 ms' },
  { lo: 59_990, hi: 60_004, limit: 60_000, text: 'outage 59.99-60.004 s, limit 60 s' },
  { lo: 60_004, hi: 60_020, limit: 60_000, text: 'outage 60.004-60.02 s, limit 60 s' },
  { lo: 9000, hi: 9999.96, limit: 10_000, text: 'outage 9000-9999.96 ms, limit 10 s' },
  { lo: 345.6, hi: 345.6, limit: 345.9, text: 'outage 345.6 ms, limit 345.9 ms' },
  { lo: 60_004, hi: null, limit: 60_000, text: 'outage at least 60.004 s, with no end seen, limit 60 s' },
  { lo: 0, hi: 20, limit: 12_345.678, text: 'outage 0-20 ms, limit 12.345678 s' },
])('$text', ({ lo, hi, limit, text }) => {
  expect(sayMeasurement({ name: 'outage', from: null, to: null, unit: 'ms', lo, hi, limit, verdict: null, period: 10, source: '' })).toBe(text);
});

/** Figures of a text as ms. */
function read(text: string): number[] {
  return [...text.matchAll(/[\d.]+/g)].map(([figure]) => Number(figure) * (text.endsWith(' s') ? 1000 : 1));
}

test('what is said holds the true value and gets the same verdict by the limit that is said', () => {
  const figure = double({ min: 0, max: 2e5, noNaN: true }).map((value) => Math.round(value * 1000) / 1000);
  const near = double({ min: -2, max: 2, noNaN: true }).map((value) => Math.round(value * 1000) / 1000);
  assert(property(figure, figure, near, (lo, width, beside) => {
    const interval = { lo, hi: Math.round((lo + width) * 1000) / 1000 };
    for (const limit of [Math.max(0, lo + beside), Math.max(0, interval.hi + beside), Math.round(interval.hi)].map((value) => Math.round(value * 1000) / 1000)) {
      const said = read(sayInterval(interval, 'ms', limit));
      const [low = 0, high = low] = said;
      const [saidLimit = 0] = read(sayLimitValue(limit, 'ms'));
      expect(judgeLimit({ lo: Math.round(low * 1000), hi: Math.round(high * 1000) }, Math.round(saidLimit * 1000))).toBe(judgeLimit(interval, limit));
      if (said.length === 2) expect([low <= interval.lo + 1e-9, high >= interval.hi - 1e-9]).toEqual([true, true]);
    }
  }), { numRuns: 500 });
});

test('a measurement is said with its move and its limit', () => {
  const measurement = { name: 'outage', from: 'n1', to: 'n2', unit: 'ms', lo: 1240, hi: 1260, limit: 1000, verdict: 'fail', period: 10, source: '' } as const;
  expect(sayMeasurement(measurement)).toBe('outage 1240-1260 ms (n1 to n2), limit 1000 ms');
  expect(sayMeasurement({ ...measurement, from: null, to: null, limit: null })).toBe('outage 1240-1260 ms');
  expect(sayMeasurement({ ...measurement, limitFrom: 'default' })).toBe('outage 1240-1260 ms (n1 to n2), default limit 1000 ms');
  expect(sayValue(60_000, 'ms')).toBe('60 s');
});

test.each([
  [null, null, ''],
  ['n1', 'n2', 'n1 to n2'],
  [null, 'n2', 'n2'],
  ['n1', null, 'n1 to ?'],
])('a figure from %s to %s belongs to "%s"', (from, to, words) => {
  expect(sayMove({ from, to })).toBe(words);
});

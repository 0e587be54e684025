import { expect, test } from 'vitest';
import type { Unit } from '../record/types.ts';
import { sayInterval, sayMeasurement, sayMove, sayValue } from './wording.ts';

test.each<{ lo: number; hi: number | null; unit: Unit; text: string }>([
  { lo: 1240, hi: 1260.4, unit: 'ms', text: '1240-1260 ms' },
  { lo: 0, hi: 19.96, unit: 'ms', text: '0-20 ms' },
  { lo: 0.25, hi: 1.234, unit: 'ms', text: '0.25-1.23 ms' },
  { lo: 37_780, hi: 37_801, unit: 'ms', text: '37.78-37.8 s' },
  { lo: 9000, hi: 10_000, unit: 'ms', text: '9-10 s' },
  { lo: 12_000, hi: null, unit: 'ms', text: 'at least 12 s, with no end seen' },
  { lo: 3, hi: 3, unit: 'packets', text: '3' },
  { lo: 3, hi: 5, unit: 'packets', text: '3-5' },
  { lo: 4096, hi: 4096, unit: 'bytes', text: '4096 bytes' },
])('$lo to $hi $unit: $text', ({ lo, hi, unit, text }) => {
  expect(sayInterval({ lo, hi }, unit)).toBe(text);
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

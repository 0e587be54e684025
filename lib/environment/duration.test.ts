import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';

test.each([['10ms', 10], ['1s', 1000], ['2m', 120_000], ['1h', 3_600_000], ['1.5s', 1500], ['0.5ms', 0.5], ['500us', 0.5], [' 3 s ', 3000], ['0s', 0]])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '10', 'ms', '-1s', '1e3ms', '1d', '10 ms s', '1,5s', 'toString'])('"%s" is refused with the remedy', (text) => {
  expect(() => parseDuration(text)).toThrow('write a number with its unit');
});

test.each([[0.3071, '0.307 ms'], [999, '999 ms'], [1000, '1 s'], [12_480, '12.5 s'], [200_000, '3 min 20 s'], [180_000, '3 min']])('%d ms is written %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

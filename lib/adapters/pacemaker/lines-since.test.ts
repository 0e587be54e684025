import { expect, test } from 'vitest';
import { linesSince } from './lines-since.ts';

const log = 'Nov 20 23:59:59.1 n1 a\nNov 21 02:45:58.001 n1 b\n  continued\nNov 21 03:00:00.5 n1 c';

test('begins at the moment and keeps lines that continue others', () => {
  expect(linesSince(log, 'Nov 21 02:45:58')).toBe('Nov 21 02:45:58.001 n1 b\n  continued\nNov 21 03:00:00.5 n1 c');
  expect(linesSince(log, 'Nov 21 02:46:00')).toBe('Nov 21 03:00:00.5 n1 c');
  expect(linesSince(log, 'Nov 21 04:00:00')).toBe('');
});

test('goes over the end of a month and of a year', () => {
  expect(linesSince('Oct 31 10:00:00 a\nNov 30 13:00:00 b\nDec  1 00:00:01 c', 'Nov 30 14:00:00')).toBe('Dec  1 00:00:01 c');
  expect(linesSince('Dec 30 10:00:00 a\nDec 31 23:59:59 b\nJan  1 00:00:01 c', 'Dec 31 12:00:00')).toBe('Dec 31 23:59:59 b\nJan  1 00:00:01 c');
});

test('gives a log whole that has no moments, or when the moment is unknown', () => {
  expect(linesSince('a\nb', 'Nov 21 02:45:58')).toBe('a\nb');
  expect(linesSince(log, '')).toBe(log);
});

import { expect, test } from 'vitest';
import { z } from 'zod';
import { list, moment, unwrapArrays } from './json51.ts';

// That a list of one comes as its item is documented; lists with a count, {} for no output and moments as /Date(ms)/ are field reports of Windows PowerShell 5.1; the values, and what only looks like such a list, are invented.

test.each([
  ['an item for a list of one', 5, [5]],
  ['nothing for an empty list', null, []],
  ['a list', [1, 2], [1, 2]],
])('a list may come as %s', (_what, given, wanted) => {
  expect(list(z.number()).parse(given)).toEqual(wanted);
});

test('a list holds only what it should', () => {
  expect(list(z.number()).safeParse(['x']).success).toBe(false);
});

test('an object that only looks like a wrapped list stays what it is', () => {
  for (const value of [{ value: [1], Count: 2 }, { value: 1, Count: 1 }, { value: [1], Count: 1, more: 0 }]) expect(unwrapArrays(value)).toEqual(value);
});

test('what gave no output, which 5.1 writes as an empty object, is null, at any depth', () => {
  expect(unwrapArrays({ settings: { known: '1', other: {} }, list: [{ survives: {} }] })).toEqual({ settings: { known: '1', other: null }, list: [{ survives: null }] });
});

test('a moment is read as 5.1 writes it and as ISO 8601', () => {
  const at = new Date('2026-01-02T03:04:05.678Z');
  for (const text of [`/Date(${at.getTime()})/`, `/Date(${at.getTime()}+0100)/`, at.toISOString()]) expect(moment.parse(text)).toEqual(at);
  expect(moment.safeParse('hier').success).toBe(false);
});

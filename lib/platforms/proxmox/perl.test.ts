import { expect, test } from 'vitest';
import { perlBoolean, perlNumber, perlText } from './perl.ts';

test.each([[1, 1], ['1', 1], ['0.333333333333333', 0.333333333333333], ['-3', -3]])('%j is the number %d', (written, meant) => {
  expect(perlNumber.parse(written)).toBe(meant);
});

test.each(['', 'yes', '1e3', '0x10', null, true])('%j is no number', (written) => {
  expect(perlNumber.safeParse(written).success).toBe(false);
});

test.each([[1, true], ['1', true], [true, true], [0, false], ['0', false], ['', false], [false, false]])('%j is %s', (written, meant) => {
  expect(perlBoolean.parse(written)).toBe(meant);
});

test.each([2, 'true', null])('%j is neither true nor false', (written) => {
  expect(perlBoolean.safeParse(written).success).toBe(false);
});

test('a text of digits that arrives as a number is a text', () => {
  expect([perlText.parse(100), perlText.parse('100')]).toEqual(['100', '100']);
});

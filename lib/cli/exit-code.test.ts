import { expect, test } from 'vitest';
import { CommandError, codeOf, worstCode } from './exit-code.ts';

test.each([
  { codes: [0, 0], worst: 0 },
  { codes: [3, 2, 1], worst: 1 },
  { codes: [1, 70], worst: 70 },
  { codes: [130, 70, 1], worst: 130 },
  { codes: [1, 130, 4], worst: 4 },
  { codes: [], worst: 0 },
])('$codes end with $worst', ({ codes, worst }) => {
  expect(worstCode(codes)).toBe(worst);
});

test('an error without a code of its own is an internal one', () => {
  expect(codeOf(new CommandError('no such thing', 64))).toBe(64);
  expect(codeOf(new TypeError('x is not a function'))).toBe(70);
});

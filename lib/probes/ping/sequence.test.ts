import { expect, test } from 'vitest';
import { unwrapSequence } from './sequence.ts';

test.each([[5, 3, 5], [0, 65_535, 65_536], [65_535, 65_536, 65_535], [10, 131_080, 131_082], [65_530, 131_080, 131_066]])('the printed sequence %d near %d is %d', (printed, newest, full) => {
  expect(unwrapSequence(printed, newest)).toBe(full);
});

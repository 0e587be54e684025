import { expect, test } from 'vitest';
import { killRestorersOfHalf } from './restorers.ts';

test('SIGKILL of the process that injects, then of a restorer before each of its calls: everything is as before (second half of the work)', async () => {
  expect(await killRestorersOfHalf('second')).toEqual([]);
});

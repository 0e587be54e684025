import { expect, test } from 'vitest';
import { killRestorers } from './restorers.ts';
import { enumerate } from './results.ts';

test('SIGKILL of the process that injects, up to the first fault, then of a restorer before each of its calls: everything is as before', async () => {
  expect(await enumerate('every-restorer-first-fault', async (tallies) => killRestorers('first fault', tallies))).toEqual([]);
});

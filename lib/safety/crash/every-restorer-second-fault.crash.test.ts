import { expect, test } from 'vitest';
import { killRestorers } from './restorers.ts';
import { enumerate } from './results.ts';

test('SIGKILL of the process that injects, with the first fault in place, then of a restorer before each of its calls: everything is as before', async () => {
  expect(await enumerate('every-restorer-second-fault', async (tallies) => killRestorers('second fault', tallies))).toEqual([]);
});

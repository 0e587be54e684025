import { expect, test } from 'vitest';
import { killRestorers } from './restorers.ts';
import { enumerate } from './results.ts';

test('SIGKILL of the process that injects, with both faults in place, then of a restorer before each of its calls: everything is as before', async () => {
  expect(await enumerate('every-restorer-mending', async (tallies) => killRestorers('mending', tallies))).toEqual([]);
});

import { expect, test } from 'vitest';
import { closeWorld, openWorld, runCase } from './crash-case.ts';
import type { CaseResult } from './crash-case.ts';
import { errorOf, pointsOfInjecting } from './enumeration.ts';
import type { Point } from './points.ts';
import { enumerate } from './results.ts';

function handsCalled(points: readonly Point[]): number {
  return points.filter(({ kind }) => kind === 'call of a hand').length;
}

/** What must hold beside the restored target: an undo that is not on disk has no fault. */
function injectedAllTheSame(point: Point, whole: readonly Point[], { injecting }: CaseResult): string[] {
  const opening = (point.kind === 'undo mirror' && point.call !== 'unlink') || point.kind === 'note of an unsettled cluster';
  const refused = injecting.errors.includes('nothing was injected');
  if (opening && !refused) return ['the undo could not be written, and nobody said that nothing was injected'];
  return refused && handsCalled(injecting.passed) !== handsCalled(whole.slice(0, point.step)) ? ['a hand was called although the undo could not be written'] : [];
}

test('a full disk (ENOSPC) or a failing one (EIO) at each call that needs one: everything is as before', async () => {
  const broken = await enumerate('failing-disk', async (tallies) => {
    const world = openWorld();
    try {
      const whole = await pointsOfInjecting(world);
      for (const point of whole) {
        const strike = errorOf(point);
        if (strike === null) continue;
        await tallies.unlessDone(String(point.step), async () => {
          const result = await runCase(world, { strike, point }, null);
          // What the run's own journal could not take down stays open in it; the state folder is what counts.
          const problems = result.problems.filter((problem) => !problem.endsWith('is open in the journal of the run'));
          const untouched = result.injecting.injected ? [] : ['the call that was to fail was never made'];
          tallies.add(`${strike} in the process that injects`, point, [...untouched, ...injectedAllTheSame(point, whole, result), ...problems]);
        });
      }
    } finally {
      closeWorld(world);
    }
  });
  expect(broken).toEqual([]);
});

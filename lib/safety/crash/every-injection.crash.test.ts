import { expect, test } from 'vitest';
import { closeWorld, openWorld } from './crash-case.ts';
import { killInjecting, pointsOfInjecting } from './enumeration.ts';
import { enumerate } from './results.ts';

test('SIGKILL of the process that injects and mends, before each of its calls: everything is as before', async () => {
  const broken = await enumerate('every-injection', async (tallies) => {
    const world = openWorld();
    try {
      for (const point of await pointsOfInjecting(world)) {
        await tallies.unlessDone(String(point.step), async () => tallies.add('SIGKILL of the process that injects', point, (await killInjecting(world, point)).problems));
      }
    } finally {
      closeWorld(world);
    }
  });
  expect(broken).toEqual([]);
});

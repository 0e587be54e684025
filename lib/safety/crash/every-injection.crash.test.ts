import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeWorld, openWorld } from './crash-case.ts';
import type { World } from './crash-case.ts';
import { killInjecting, openTallies, pointsOfInjecting } from './enumeration.ts';
import { keepTallies } from './results.ts';

let world: World;
beforeAll(() => {
  world = openWorld();
});
afterAll(() => closeWorld(world));

test('SIGKILL of the process that injects and mends, before each of its calls: everything is as before', async () => {
  const tallies = openTallies();
  try {
    for (const point of await pointsOfInjecting(world)) tallies.add('SIGKILL of the process that injects', point, (await killInjecting(world, point)).problems);
  } finally {
    keepTallies(tallies.all());
  }
  expect(tallies.all().flatMap(({ broken }) => broken)).toEqual([]);
});

import { closeWorld, openWorld } from './crash-case.ts';
import { killEachRestorer, openTallies, pointsOfInjecting } from './enumeration.ts';
import { keepTallies } from './results.ts';
import { distinctStates } from './states.ts';

/**
 * Kills both: the process that injects in each distinct state that it can leave, then a restorer at each of its points.
 * The states are shared between two halves of the injecting work, for two cores. Returns what was not as it must be.
 */
export async function killRestorersOfHalf(half: 'first' | 'second'): Promise<string[]> {
  const world = openWorld();
  const tallies = openTallies();
  try {
    const calls = await pointsOfInjecting(world);
    const undosPlaced = calls.filter(({ kind, call }) => kind === 'undo mirror' && call === 'rename');
    const middle = (undosPlaced[1]?.step ?? 0) + 1;
    const states = await distinctStates(world, half === 'first' ? calls.slice(0, middle) : calls.slice(middle), calls);
    for (const { first, points } of states) {
      await killEachRestorer(world, first, points, (point, problems) => tallies.add('SIGKILL of the process that injects, then of a restorer', point, problems));
    }
    return tallies.all().flatMap(({ broken }) => broken);
  } finally {
    keepTallies(tallies.all());
    closeWorld(world);
  }
}

import { closeWorld, openWorld } from './crash-case.ts';
import { killEachRestorer, pointsOfInjecting } from './enumeration.ts';
import type { Tallies } from './enumeration.ts';
import type { Point } from './points.ts';
import { distinctStates } from './states.ts';

/** The injecting work in three parts, so that several processes share the states that it can leave. */
export type Part = 'first fault' | 'second fault' | 'mending';

/** The undo of the second fault, and the first hand that mends: four calls of hands inject and confirm. */
function bounds(calls: readonly Point[]): { secondUndo: number; mending: number } {
  const [, secondUndo] = calls.filter(({ kind, call }) => kind === 'undo mirror' && call === 'rename');
  const mending = calls.filter(({ kind }) => kind === 'call of a hand')[4];
  if (secondUndo === undefined || mending === undefined) throw new Error('The injecting work opens fewer than two undos, or calls fewer than five hands: adapt this file to it.');
  return { secondUndo: secondUndo.step, mending: mending.step };
}

function partOf(calls: readonly Point[], part: Part): Point[] {
  const { secondUndo, mending } = bounds(calls);
  if (part === 'first fault') return calls.slice(0, secondUndo + 1);
  return part === 'second fault' ? calls.slice(secondUndo + 1, mending) : calls.slice(mending);
}

/**
 * Kills both: the process that injects in each distinct state that this part of its work can leave, then a restorer at
 * each of its points.
 */
export async function killRestorers(part: Part, tallies: Tallies): Promise<void> {
  const world = openWorld();
  try {
    const calls = await pointsOfInjecting(world);
    for (const { first, points } of await distinctStates(world, partOf(calls, part), calls)) {
      await killEachRestorer(world, first, points, tallies);
    }
  } finally {
    closeWorld(world);
  }
}

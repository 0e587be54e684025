import { runCase, unharmed } from './crash-case.ts';
import type { World } from './crash-case.ts';
import type { Point } from './points.ts';

/** A state that a killed process can leave, and how to bring it about. */
export interface LeftState {
  left: string;
  /** Where to kill the process that injects. */
  first: Point;
  /** Points of a restorer that starts from there. */
  points: Point[];
}

/** Calls behind which something is different: an undo came or went, a hand was called or has ended. */
const changing = new Set(['rename', 'unlink', 'clone', 'clone3', 'vfork', 'wait4']);

/** Finds the distinct states that the death of the injecting process can leave, with the points of a restorer in each. */
export async function distinctStates(world: World, candidates: readonly Point[], calls: readonly Point[]): Promise<LeftState[]> {
  const states: LeftState[] = [];
  for (const first of candidates) {
    const before = calls[first.step - 1];
    if (before !== undefined && !changing.has(before.call)) continue;
    const { left, restoring, problems } = await runCase(world, { strike: 'SIGKILL', point: first }, unharmed);
    if (restoring?.finished !== true || problems.length > 0) throw new Error(`A restorer that nobody strikes does not mend (${left}): ${[...problems, restoring?.errors].join('; ')}`);
    if (!states.some((state) => state.left === left)) states.push({ left, first, points: restoring.passed });
  }
  return states;
}

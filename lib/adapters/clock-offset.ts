import type { NodeState } from './hypervisor.ts';

/** Our wall clock as it would be had nobody set it since this process began, ms: it goes on evenly. */
export function unsetWallMs(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * How far a node's clock is from ours.
 *
 * @param theirsMs what it said, ms since 1970
 * @param before and `after`: `unsetWallMs()` around the question
 * @param resolutionMs of what it said
 */
export function clockOffset(theirsMs: number, before: number, after: number, resolutionMs = 1): NonNullable<NodeState['clockOffset']> {
  const unsetMs = theirsMs - (before + after) / 2;
  // What somebody set our clock by since this process began.
  const step = Date.now() - unsetWallMs();
  return { ms: unsetMs - step, errorMs: (after - before) / 2 + resolutionMs, unsetMs };
}

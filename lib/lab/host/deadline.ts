import { loadavg, availableParallelism } from 'node:os';

/** Cores of the machine that the times were measured on. */
const referenceCores = 2;

/** How much longer than on an idle machine of two cores something may take here and now: never less than 1. */
export function slowness(load: number, cores: number): number {
  return Math.max(1, referenceCores / cores, load / cores);
}

/** True when `elapsedMs` is beyond a deadline that was measured on an idle machine, stretched by what this machine is busy with. */
export function isOverdue(elapsedMs: number, deadlineMs: number): boolean {
  return elapsedMs > deadlineMs * slowness(loadavg()[0] ?? 0, availableParallelism());
}

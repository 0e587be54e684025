import { availableParallelism, loadavg } from 'node:os';

/**
 * How much slower this machine is than an idle one: its load per core, at least 1, at most 6.
 * On the lab (2 cores) a load average of 17 made a start of 17 s take 48-83 s. Deadlines are multiplied by it; limits never are.
 */
export function slowness(): number {
  const load = loadavg()[0] ?? 0;
  return Math.min(6, Math.max(1, load / availableParallelism()));
}

/** A deadline of ours in ms, longer on a machine that is busy. */
export function deadlineMs(idleMs: number): number {
  return Math.round(idleMs * slowness());
}

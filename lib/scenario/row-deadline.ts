import { deadlineMs } from '../safety/deadlines.ts';

/** How often the load of the machine is looked at, ms: load averages change no faster. */
const lookEveryMs = 10_000;

export interface RowDeadline {
  /** Aborts when the time is up. */
  signal: AbortSignal;
  /** The time that was given in the end, s. */
  seconds(): number;
  stop(): void;
}

/**
 * The deadline of a whole row, longer on a machine that is busy. The waits within a row scale with the load at their own
 * beginnings; the row's deadline follows the worst load so far, or it would cut off what it is the sum of.
 */
export function rowDeadline(idleMs: number, scaled: (ms: number) => number = deadlineMs): RowDeadline {
  const controller = new AbortController();
  const began = performance.now();
  let longestMs = 0;
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    longestMs = Math.max(longestMs, scaled(idleMs));
    const restMs = longestMs - (performance.now() - began);
    if (restMs <= 0) controller.abort(new DOMException('the row took too long', 'TimeoutError'));
    else timer = setTimeout(look, Math.min(restMs, lookEveryMs));
  };
  look();
  return { signal: controller.signal, seconds: () => longestMs / 1000, stop: () => clearTimeout(timer) };
}

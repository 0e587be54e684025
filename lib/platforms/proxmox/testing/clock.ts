import { systemClock } from '../clock.ts';
import type { Clock } from '../clock.ts';

/** A clock that moves only when it is told to, or when somebody sleeps: then it jumps to the end of the sleep. */
export interface TestClock extends Clock {
  advance(ms: number): void;
}

/** @param startMs ms since 1970 */
export function testClock(startMs = 0): TestClock {
  let atMs = startMs;
  return {
    now: () => atMs,
    advance(ms) {
      atMs += ms;
    },
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      atMs += ms;
      await Promise.resolve();
    },
  };
}

/** The machine's time, running faster by a factor: for whole runs against a model of a cluster. Sleeps are as much shorter. */
export function acceleratedClock(factor: number, startMs = Date.now()): Clock {
  const begun = performance.now();
  return {
    now: () => startMs + (performance.now() - begun) * factor,
    sleep: (ms, signal) => systemClock.sleep(ms / factor, signal),
  };
}

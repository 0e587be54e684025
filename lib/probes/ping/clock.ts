/** Brings wall clock times (ms since 1970) onto CLOCK_MONOTONIC, ns. */
export interface WallClock {
  toMonotonic(wallMs: number): number;
}

/** A difference of the clocks that changed by more than this was a step of the wall clock, ms. Reading it is exact to 1 ms. */
const stepMs = 3;

/**
 * `Date.now()` has whole milliseconds only: the difference of the clocks is read at the moment it ticks over. It is read again
 * when the wall clock was stepped, and at the latest every `againMs` (slewing moves it by half a millisecond a second at most).
 */
export function createWallClock(againMs = 2000): WallClock {
  let readMs = 0;
  let aheadMs = 0;
  const read = (): void => {
    aheadMs = wallAheadMs();
    readMs = monotonicMs();
  };
  read();
  return {
    toMonotonic(wallMs) {
      const nowMs = monotonicMs();
      if (nowMs - readMs > againMs || Math.abs(Date.now() - nowMs - aheadMs) > stepMs) read();
      return Math.min(wallMs - aheadMs, monotonicMs()) * 1e6;
    },
  };
}

/** A reading that was interrupted for longer than this is taken again, ms; and how often at most. */
const steadyMs = 0.05;
const attempts = 20;

/** How far the wall clock (ms since 1970) is ahead of CLOCK_MONOTONIC, ms; takes a millisecond or a few, and is exact to a fraction of one. */
export function wallAheadMs(): number {
  let aheadMs = 0;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const from = Date.now();
    let tick = from;
    let beforeMs = monotonicMs();
    for (; tick === from; tick = Date.now()) beforeMs = monotonicMs();
    const afterMs = monotonicMs();
    aheadMs = tick - afterMs;
    if (afterMs - beforeMs < steadyMs) break;
  }
  return aheadMs;
}

function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

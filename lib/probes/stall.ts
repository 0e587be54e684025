/** How often the event loop is seen to turn, ms, and from which pause on it counts as stalled. */
const turnMs = 20;
const stalledNs = 60e6;

export const stallReason = 'the prober was not scheduled in time: when answers came is not known';

/** Knows when the event loop of this thread last turned, before the turn that is under way. */
export interface StallWatch {
  /** The moment since which the loop stood still before this turn, ns of CLOCK_MONOTONIC; null when it did not. */
  stalledSince(nowNs: number): number | null;
  close(): void;
}

/**
 * An answer that is read after the loop stood still may have come long before: when it came is not known, and that it is late says
 * nothing about the target. The moment of the last turn is noted at its end, behind everything that is read in it.
 */
export function watchStalls(): StallWatch {
  let turnedNs = monotonicNs();
  const timer = setInterval(() => setImmediate(() => (turnedNs = monotonicNs())), turnMs);
  timer.unref();
  return {
    stalledSince: (nowNs) => (nowNs - turnedNs > stalledNs ? turnedNs : null),
    close: () => clearInterval(timer),
  };
}

function monotonicNs(): number {
  return Number(process.hrtime.bigint());
}

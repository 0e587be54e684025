/** How often the event loop is seen to turn, ms, and from which pause on it counts as stalled. */
const turnMs = 20;
const stalledNs = 60e6;
/** Stalls that are remembered: attempts of minutes look back at them. */
const remembered = 1024;

export const stallReason = 'the prober was not scheduled in time: when answers came is not known';

/** A time in which the loop stood still, ns of CLOCK_MONOTONIC. */
export interface Stall {
  fromNs: number;
  toNs: number;
}

/** Knows when the event loop of this thread last turned, before the turn that is under way. */
export interface StallWatch {
  /** The moment since which the loop stood still before this turn, ns of CLOCK_MONOTONIC; null when it did not. */
  stalledSince(nowNs: number): number | null;
  /** The stalls that reach into this time, the one that is under way among them, up to now. */
  within(fromNs: number, nowNs: number): Stall[];
  /** The stalls that are over. */
  past(): readonly Stall[];
  close(): void;
}

/**
 * An answer that is read after the loop stood still may have come long before: when it came is not known, and that it is late says
 * nothing about the target. The moment of the last turn is noted at its end, behind everything that is read in it.
 */
export function watchStalls(): StallWatch {
  let turnedNs = monotonicNs();
  const past: Stall[] = [];
  const turn = (): void => {
    const nowNs = monotonicNs();
    if (nowNs - turnedNs > stalledNs) past.push({ fromNs: turnedNs, toNs: nowNs });
    if (past.length > remembered) past.shift();
    turnedNs = nowNs;
  };
  const timer = setInterval(() => setImmediate(turn), turnMs);
  timer.unref();
  const stalledSince = (nowNs: number): number | null => (nowNs - turnedNs > stalledNs ? turnedNs : null);
  return {
    stalledSince,
    within(fromNs, nowNs) {
      const sinceNs = stalledSince(nowNs);
      return [...past.slice(past.findLastIndex((stall) => stall.toNs <= fromNs) + 1), ...(sinceNs === null ? [] : [{ fromNs: sinceNs, toNs: nowNs }])];
    },
    past: () => past,
    close: () => clearInterval(timer),
  };
}

function monotonicNs(): number {
  return Number(process.hrtime.bigint());
}

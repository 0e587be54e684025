/** A reading of both clocks at one moment. CLOCK_REALTIME in two parts: as one number of ns it would lose digits. */
export interface ClockPair {
  monotonicNs: number;
  realSeconds: number;
  realNs: number;
}

/** A change of the difference of the clocks by more than this between two readings is a step (slewing stays below 0.05 %). */
const stepNs = 1e6;
/** How long before the socket was read can a packet have been stamped that was not there yet. */
const toleranceNs = 5e6;

/**
 * Brings the kernel's receive stamps (CLOCK_REALTIME) onto CLOCK_MONOTONIC. The clocks are read anew before each reading of the
 * socket. When the wall clock was stepped in between, a stamp may be from before or after the step: the one that falls between
 * the last reading and this is right, and when neither does, the moment of reading is taken.
 */
export interface StampMapper {
  /** @param readNs when the socket was read before: no packet can have been stamped much earlier */
  begin(clocks: ClockPair, readNs: number): void;
  toMonotonic(seconds: number, ns: number): number;
}

export function createStampMapper(): StampMapper {
  let current: ClockPair | null = null;
  let before: ClockPair | null = null;
  let earliest = 0;
  let stepped = false;
  const along = (clocks: ClockPair, seconds: number, ns: number): number => clocks.monotonicNs + (seconds - clocks.realSeconds) * 1e9 + (ns - clocks.realNs);

  return {
    begin(clocks, readNs) {
      before = current;
      earliest = readNs - toleranceNs;
      current = clocks;
      stepped = before !== null && Math.abs(along(before, clocks.realSeconds, clocks.realNs) - clocks.monotonicNs) > stepNs;
    },
    toMonotonic(seconds, ns) {
      if (current === null) throw new Error('begin() with a reading of the clocks comes first');
      const latest = current.monotonicNs;
      const mapped = along(current, seconds, ns);
      if (!stepped || before === null) return Math.min(mapped, latest);
      const candidates = [mapped, along(before, seconds, ns)];
      return candidates.find((at) => at >= earliest && at <= latest) ?? latest;
    },
  };
}

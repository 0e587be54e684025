/**
 * A fixed grid of send times: slot k is due at `epochNs + k * periodNs`, whatever the replies do. A slot is sent late rather than
 * never, but when more than one is overdue only the newest is sent: a burst would measure nothing. Slots left out show as a gap
 * of the sends. Sequence numbers are slot numbers, counted from the first slot of the probe.
 */
export interface Grid {
  /** The sequence that is due at `nowNs`, or -1 when none is. Each is given once. */
  take(nowNs: number): number;
  /** When the next slot is due, ns of CLOCK_MONOTONIC. */
  nextNs(): number;
}

/**
 * Grids of the same period share their slots, so that one wake-up serves all probes.
 *
 * @param epochNs a moment that all grids of a prober share
 * @param fromNs no slot before this moment is used
 * @param firstSeq sequence of the first slot; not 0 when a probe goes on after a restart of its engine
 */
export function createGrid(epochNs: number, periodNs: number, fromNs: number, firstSeq: number): Grid {
  const firstSlot = Math.ceil((fromNs - epochNs) / periodNs);
  let next = firstSlot;
  return {
    take(nowNs) {
      const due = Math.floor((nowNs - epochNs) / periodNs);
      if (due < next) return -1;
      next = due + 1;
      return due - firstSlot + firstSeq;
    },
    nextNs: () => epochNs + next * periodNs,
  };
}

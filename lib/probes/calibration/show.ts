/** Which synthetic outages are shown to a prober that probes at this period. Durations in ms. */
export interface Show {
  /** The period that is calibrated. */
  periodMs: number;
  targets: number;
  slots: number;
  slotMs: number;
  shortestMs: number;
  longestMs: number;
  /** Quiet before the first slot, and what each outage keeps from the edges of its slot. */
  leadMs: number;
  marginMs: number;
}

/** Longer periods are calibrated at this one: what the machine adds to an interval does not grow with the period. */
const longestPeriodMs = 100;
/** Engines with one process a target are shown to fewer targets: more would measure the load that they make. */
const targetsOf = { threads: 50, processes: 8 } as const;
/** All slots together take about so long. */
const showMs = 2400;

/** Outages of 2 to 12 periods, one in each slot of each target. */
export function showFor(wantedPeriodMs: number, engines: keyof typeof targetsOf): Show {
  const periodMs = Math.min(wantedPeriodMs, longestPeriodMs);
  const slotMs = Math.max(80, Math.min(1200, 25 * periodMs));
  const marginMs = Math.max(10, Math.min(200, 4 * periodMs));
  return {
    periodMs, slotMs, marginMs,
    targets: periodMs < 5 ? Math.min(16, targetsOf[engines]) : targetsOf[engines],
    slots: Math.max(2, Math.round(showMs / slotMs)),
    shortestMs: 2 * periodMs,
    longestMs: Math.min(12 * periodMs, slotMs - 2 * marginMs),
    leadMs: Math.max(200, 4 * periodMs),
  };
}

/** One outage of random length at a random place of its slot, ms after the slot's beginning. */
export function randomOutage({ slotMs, marginMs, shortestMs, longestMs }: Show, random: () => number = Math.random): { atMs: number; lengthMs: number } {
  const lengthMs = shortestMs + random() * (longestMs - shortestMs);
  return { lengthMs, atMs: marginMs + random() * (slotMs - 2 * marginMs - lengthMs) };
}

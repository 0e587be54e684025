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
export function randomOutage({ slotMs, marginMs, shortestMs, longestMs }: Omit<Show, 'leadMs'>, random: () => number = Math.random): { atMs: number; lengthMs: number } {
  const lengthMs = shortestMs + random() * (longestMs - shortestMs);
  return { lengthMs, atMs: marginMs + random() * (slotMs - 2 * marginMs - lengthMs) };
}

/** Attempts a second that all stream probes of a calibration make together: each is a connection, and more would measure the load of its other end. */
const attemptsPerSecond = 240;
const mostStreamTargets = 12;
/** Room for a request that was dropped in an established connection to be sent again (TCP's least timeout is 200 ms, tcp(7)). */
const leastStreamSlotMs = 400;

/** The gate's slots are a whole part of every show's, so that none holds more than one outage of a target. */
const longestGateSlotMs = 400;

/** Length of the gate's slots for this show, ms. */
export function gateSlotOf({ slotMs }: Show): number {
  return slotMs / Math.ceil(slotMs / longestGateSlotMs);
}

/**
 * Which synthetic outages are shown to probes that connect or ask, in the time that another show takes: few targets, outages of 2 to 12 periods.
 *
 * @param sharers kinds of probes that share the attempts
 * @param leastTargets one for each family
 */
export function streamShowFor(wantedPeriodMs: number, sharers: number, leastTargets: number, beside: Show): Omit<Show, 'leadMs'> {
  const periodMs = Math.min(wantedPeriodMs, longestPeriodMs);
  const gateSlotMs = gateSlotOf(beside);
  const slotMs = Math.round(Math.max(leastStreamSlotMs, 8 * periodMs) / gateSlotMs) * gateSlotMs;
  const marginMs = Math.max(100, 1.5 * periodMs);
  const affordable = Math.floor((attemptsPerSecond * periodMs) / 1000 / sharers);
  return {
    periodMs, slotMs, marginMs,
    targets: Math.max(leastTargets, Math.min(mostStreamTargets, affordable)),
    slots: Math.floor((beside.slots * beside.slotMs) / slotMs),
    shortestMs: 2 * periodMs,
    longestMs: Math.min(12 * periodMs, slotMs - 2 * marginMs),
  };
}

/** An outage that is shown to a target, ms after the beginning. */
export interface PlannedOutage {
  target: number;
  fromMs: number;
  toMs: number;
}

/** The outages of a show; its targets are numbered from `firstTarget` on. */
export function planOutages(show: Omit<Show, 'leadMs'>, firstTarget: number, random: () => number = Math.random): PlannedOutage[] {
  return Array.from({ length: show.targets * show.slots }, (_, index) => {
    const { atMs, lengthMs } = randomOutage(show, random);
    const fromMs = (index % show.slots) * show.slotMs + atMs;
    return { target: firstTarget + Math.floor(index / show.slots), fromMs, toMs: fromMs + lengthMs };
  });
}

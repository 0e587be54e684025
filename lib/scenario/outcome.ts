/** A precondition does not hold: nothing was injected. */
export class Blocked extends Error {}

/** We cannot tell: evidence is missing, a connection was lost, a hand hung. */
export class Inconclusive extends Error {}

/** The run is being stopped: nothing more is injected, and the process that outlives us mends. */
export class Stopped extends Error {}

/** A container that was stopped on one node and started on another. */
export interface ContainerMove {
  from: string;
  to: string;
  /** The platform's own account of the whole move, ms; null when it gives none. */
  totalMs: number | null;
  /** Where the figure comes from. */
  source: string;
}

/** A backup that was restored as a guest of its own. */
export interface RestoreOutcome {
  /** The platform's own name of the scratch guest. */
  scratch: string;
  node: string;
  /** What keeps it from everybody else, in words. */
  isolation: string;
  /** Whether its disks held what the archive holds, before it was started; null where that cannot be compared. */
  identical: boolean | null;
  comparison: string;
  durationMs: number;
}

/** A copy of a guest that is kept on another node, and whether it could take over. */
export interface Replica {
  /** Name of the guest in the environment file. */
  guest: string;
  from: string;
  to: string;
  /** How old it is, ms; null when it never came to be, or nobody tells. */
  ageMs: number | null;
  /** What must hold of it, each with what was found. `ok: null`: it could not be told. */
  findings: { title: string; ok: boolean | null; detail: string }[];
}

/** The end of one instance of a guest: wall-clock moments of our own clock, between which it came. */
export interface InstanceEnd {
  earliest: Date;
  latest: Date;
  source: string;
}

/** What a cluster's own settings make one expect of the recovery of a guest whose node is lost, without the guest's own start. */
export interface ExpectedRecovery {
  /** ms after the loss. */
  loMs: number;
  hiMs: number;
  /** What the figures are made of, for people. */
  terms: string[];
  /** The one wait that is most of it; null where none is. */
  longestWait: { ms: number; words: string } | null;
}

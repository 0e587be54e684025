import type { MeasurementName } from '../record/types.ts';

/** A stretch of a live migration as the platform itself measured it: beside what our probes saw, never in its place. */
export interface MigrationFigure {
  /** Downtime: the guest does not run. Brownout: its memory is transferred while it runs. */
  name: Extract<MeasurementName, 'platform-downtime' | 'platform-brownout'>;
  /** ms. `hi` null: the platform gave no figure that can be used, and `source` says why. */
  lo: number;
  hi: number | null;
  source: string;
}

/** A guest that was moved while it runs. */
export interface MigrationOutcome {
  from: string;
  to: string;
  /** The platform's own account of the blackout and of the whole migration, ms; null when it gives none. */
  downtimeMs: number | null;
  totalMs: number | null;
  /** How far the downtime may be off by the way it is written, ms. Absent: it is exact. */
  downtimeErrorMs?: number;
  /** Further figures of the platform's own, those that it should have given and did not among them. */
  figures?: readonly MigrationFigure[];
  /**
   * What says that the guest was migrated live: the hypervisor's own statistics of the migration, only the history of the
   * HA manager, or nothing.
   */
  proof: 'hypervisor' | 'manager' | 'none';
  /** Where the figures come from. */
  source: string;
}

/** By which boot a guest runs, by its own word. */
export interface BootWord {
  /** Another one for every start of its kernel; null where it does not tell. */
  boot: string | null;
  /** Who said so, or why it is not known; without a full stop. */
  detail: string;
}

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

/** Nobody could ask a scratch guest: its silence says nothing of it. */
export interface Unasked {
  /** Why: the error on the way to it. */
  unasked: string;
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

/** When a storage gives up a disk that is gone and makes its copies anew elsewhere, by its own settings. */
export interface ExpectedRetirement {
  /** ms after the loss; null where the settings do not tell. */
  retiredMs: { lo: number; hi: number } | null;
  /** Why that is expected, for people. */
  terms: string[];
  /** How long it is to be waited for, ms after the loss: until it is given up, and then until every copy is made anew. */
  waitMs: { retired: number; repaired: number };
}

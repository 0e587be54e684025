import type { Hypervisor } from '../adapters/hypervisor.ts';
import type { Environment } from '../environment/environment.ts';
import type { Target } from '../record/types.ts';
import type { HandLog } from './hand-log.ts';

/** The undo of a fault as data: enough to be carried out by another process, from another clone, years later. No secrets. */
export interface UndoData {
  /** Name of a registered inverse. */
  inverse: string;
  /** Version of the data's shape; an inverse keeps understanding the older ones. */
  version: number;
  data: Record<string, string | number | boolean | null | string[]>;
  /** What it does, for people: "power node n1 on through https://…". */
  title: string;
  /** Commands or actions by which a person does the same by hand. */
  manual: string[];
  /**
   * How long after the command the effect may still come, ms; absent where a hand does it at once. Whoever mends in the place of a
   * process that died in between goes on looking for so long.
   */
  effectWithinMs?: number;
}

export interface FaultContext {
  environment: Environment;
  signal: AbortSignal;
  /** A line of progress for the person who watches. */
  progress: (message: string) => void;
  /** Where the processes that work hands are remembered; a hand that only looks is not. */
  hands?: HandLog;
  /** The adapter, opened when first asked for: an undo by power hand alone must not need a cluster that answers. */
  hypervisor: () => Promise<Hypervisor>;
}

/** Faults of their own that an environment file may allow: each lifts exactly one interlock, for the faults that ask for it. */
export type Override = 'beyond-quorum' | 'beyond-redundancy';

/** A fault is a value. `undo` must be on disk before `apply` is called. */
export interface Fault {
  /** What the environment file must allow, for example `node-power`. */
  name: string;
  title: string;
  target: Target;
  /** True when processes of this machine inject it, and `hands` knows of each: one that it does not know of never began. */
  byProcess?: boolean;
  undo: UndoData;
  /** Interlocks that it is meant to go beyond; each counts only where the environment file allows it as well. */
  overrides?: readonly Override[];
  /**
   * The cluster is asked, and gives its guests time to go: those of the node are not lost, so none of them must be started anew.
   */
  isGentle?: true;
  /**
   * Reads what of the world the undo has to know, right before the fault: what it answers is put on disk in the place of `undo`, with
   * the same inverse and at least the same data. Throws where the fault must not be injected as things are.
   */
  prepare?(context: FaultContext): Promise<UndoData>;
  /** Injects it. The effect need not be confirmed yet. */
  apply(context: FaultContext): Promise<void>;
  /** True once the effect is there (power really off, disk really gone), false while it is not; throws when it cannot be told. */
  confirmed(context: FaultContext): Promise<boolean>;
}

/** Carries out an undo from its data alone. Idempotent: reverting what is already reverted succeeds. */
export interface Inverse {
  name: string;
  /** Versions of the data that it understands. */
  versions: readonly number[];
  revert(undo: UndoData, context: InverseContext): Promise<void>;
  /** Reads the world back: true when it is as before the fault. */
  verify(undo: UndoData, context: InverseContext): Promise<boolean>;
  /**
   * Looks after an undo that was verified, until the cluster is whole: does it again where the cluster itself undid it as a late
   * consequence of the fault. Answers what was done, as a sentence, or null when the undo still holds. Absent where nothing undoes it.
   */
  keep?(undo: UndoData, context: InverseContext): Promise<string | null>;
}

/** What an inverse is given: no more than a fault, and often in another process. */
export type InverseContext = FaultContext;

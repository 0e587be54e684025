import type { Hypervisor, Snapshot } from '../adapters/hypervisor.ts';
import type { Environment } from '../environment/environment.ts';
import type { Prober } from '../probes/prober.ts';
import type { RowName } from '../record/types.ts';
import type { RunWriter } from '../record/run-writer.ts';

/** What all scenarios of a run share. One process, one connection. */
export interface Session {
  environment: Environment;
  hypervisor: Hypervisor;
  writer: RunWriter;
  prober: Prober;
  identity: { name: string; identity: string };
  /** Reading of the whole cluster before the run did anything. */
  before: Snapshot;
  armedWith: string | null;
  /** How long scenarios are expected to take by earlier runs, ms by id; one that is not in it: as its suite says. */
  expectedMs?: Readonly<Record<string, number>>;
  /** What the lock of the cluster names as its run, which the process outside holds; null where the platform has no place for a lock. */
  lockRun: string | null;
  /** Aborted when the run is being stopped. */
  signal: AbortSignal;
}

/** How the process that conducts the scenarios is told what to do, as JSON in this environment variable. */
export const assignmentVariable = 'HA_ACCEPTANCE_ASSIGNMENT';

export interface Assignment {
  environment: string;
  environmentsFolder: string;
  limitsFile: string | null;
  runFolder: string;
  before: string;
  /** The cluster that the run was begun on: another one that answers meanwhile is not touched. */
  cluster: { name: string; identity: string };
  armedWith: string | null;
  /** How long the scenarios are expected to take, ms by id. */
  expectedMs: Readonly<Record<string, number>>;
  lockRun: string | null;
  profile: string | null;
  /** Rows of the selection, in the order of the matrix. */
  rows: RowName[];
  suites: string[];
  guests: string[];
  repeat: number | null;
}

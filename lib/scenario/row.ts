import type { Capability, NewsKind, Snapshot } from '../adapters/hypervisor.ts';
import type { Environment, GuestConfig } from '../environment/environment.ts';
import type { Fault } from '../faults/fault.ts';
import type { RowName, Target } from '../record/types.ts';
import type { Scenario } from './scenario.ts';

/** What a row's targets are chosen from. Reading only. */
export interface Ground {
  environment: Environment;
  snapshot: Snapshot;
  capabilities: ReadonlySet<Capability>;
  /** The guest of the scenario, null for a row about the whole cluster. */
  guest: GuestConfig | null;
  /** Which of the row's variants is meant, null for a row without. */
  variant: string | null;
}

/** What a scenario will do: shown by `plan` and carried out by `run`, from one and the same value. */
export interface Preparation {
  target: Target;
  /** The faults that it will inject, with their undo. Empty for a row that breaks nothing. */
  faults: Fault[];
  /** Whether they will be in place at the same time (`injectTogether`); else each is mended before the next. */
  together?: boolean;
  /** Permissions it needs beside those of its faults, for example `live-migration`. */
  permissions: string[];
  /** The procedure, one sentence a step. */
  steps: string[];
  /**
   * Guests that the row may cause to be started anew, beside those on the nodes that its faults take away (those must be):
   * without quorum, for example, a cluster may stop them all. Any other guest that was started anew fails the row.
   */
  mayRestart?: readonly string[];
  /** How long it takes at the least as it was prepared, ms, where that is longer than the row's own expectation. */
  atLeastMs?: number;
  /** As `expectedNews` of the row, where it depends on what the row is aimed at. */
  expectedNews?: readonly ExpectedNews[];
}

/** Bad news in the nodes' logs that a row brings about itself, and why that is right. */
export interface ExpectedNews {
  kind: NewsKind;
  /** Only in the logs of this node. */
  node?: string;
  /** Only about this node, guest or disk. */
  about?: string;
  /** Only lines that match. */
  matching?: RegExp;
  why: string;
}

/** One row of the validation matrix. */
export interface Row<P extends Preparation = Preparation> {
  row: RowName;
  title: string;
  /** Each is a scenario of its own: part of its id, and handed to `prepare`. For example the role of the node that fails. */
  variants?: readonly string[];
  /**
   * What the row itself makes the nodes log. Fencing of a node that one of its faults takes away is expected without saying so;
   * everything else that is bad news fails the row with the lines as evidence.
   */
  expectedNews?: readonly ExpectedNews[];
  /** `guest`: a scenario for each guest. `cluster`: one for the whole cluster. */
  per: 'guest' | 'cluster';
  /** Only guests of this kind. Where the environment file has none, one scenario is left, which says what the platform lacks. */
  kind?: GuestConfig['kind'];
  /** Capabilities of the platform without which the row is not applicable. */
  needs: Capability[];
  /** Whether the cluster must be whole before (it is not for rows that establish just that). */
  gate: boolean;
  /** How long it takes on an ordinary cluster, ms; shown by `plan`. */
  expectedMs: number;
  /** After this time it is given up, ms on an idle machine. */
  deadlineMs: number;
  prepare(ground: Ground): P;
  run(scenario: Scenario, preparation: P): Promise<void>;
}

/** A row with its own kind of preparation hidden, as the registry keeps it. */
export interface RegisteredRow extends Omit<Row, 'prepare' | 'run'> {
  prepare(ground: Ground): { preparation: Preparation; run(scenario: Scenario): Promise<void> };
}

const registry = new Map<RowName, RegisteredRow>();
let listener: ((row: RegisteredRow) => void) | null = null;

/** Calls back for each row at the moment its suite file adds it: how the test runner makes tests of rows. */
export function onRow(callback: (row: RegisteredRow) => void): void {
  listener = callback;
}

/** Adds a row to the matrix. A suite file consists of this one call. */
export function matrixRow<P extends Preparation>(row: Row<P>): void {
  if (registry.has(row.row)) throw new Error(`Two suite files define the row ${row.row}. Remove one of them.`);
  const registered: RegisteredRow = {
    ...row,
    prepare: (ground) => {
      const preparation = row.prepare(ground);
      return { preparation, run: async (scenario) => row.run(scenario, preparation) };
    },
  };
  registry.set(row.row, registered);
  listener?.(registered);
}

/** The rows that the loaded suite files have added. */
export function registeredRows(): ReadonlyMap<RowName, RegisteredRow> {
  return registry;
}

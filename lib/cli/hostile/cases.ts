import type { CrashCase } from './crash-on-lab.ts';
import { labCrashStates, victims } from './crash-states.ts';
import { pathFaults } from './path-faults.ts';
import type { PathCase } from './hostile-path.ts';

export type LabCase = CrashCase | PathCase;

export interface CaseOutcome {
  /** What is not as it must be; empty when all is. */
  problems: string[];
  /** How the run ended, in words. */
  said: string;
  /** The lab was not whole before, so nothing was tried: no outcome of this case. */
  neverBegun?: true;
}

/** Death of whichever process in every kind of state, those first of which most is left to mend. */
export const crashCases: CrashCase[] = victims.toReversed().flatMap((victim) => labCrashStates.map(({ row, state }) => ({ row, state, victim })));

/** A whole run for every fault of its way. */
export const pathCases: PathCase[] = pathFaults.map(({ what }) => ({ what }));

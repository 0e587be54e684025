import type { Interval, PhaseAccount, PhaseName, ScenarioVerdict } from '../record/types.ts';

/** One recovery of a scenario, as reports show it. */
export interface ShownRecovery {
  /** Which one it is, where the scenario has several: its number and what its fault was aimed at. Null: its only one. */
  leg: string | null;
  phases: ({ name: PhaseName } & Interval)[];
  accounts: PhaseAccount[];
}

/** The recoveries of a scenario, one for each of its faults. The other witnesses are heard about the last one alone. */
export function recoveriesOf({ phases, accounts = [], recoveries = [] }: Pick<ScenarioVerdict, 'phases' | 'accounts' | 'recoveries'>): ShownRecovery[] {
  if (recoveries.length === 0) return phases.length === 0 ? [] : [{ leg: null, phases, accounts }];
  return recoveries.map(({ target, phases: own }, index) => ({ leg: `${index + 1}. ${target.disk ?? target.node ?? 'cluster'}`, phases: own, accounts: index === recoveries.length - 1 ? accounts : [] }));
}

/** The periods of the probes that figures of scenarios rest on, ms. */
export function periodsOf(scenarios: readonly Pick<ScenarioVerdict, 'measurements'>[]): number[] {
  return [...new Set(scenarios.flatMap(({ measurements }) => measurements.flatMap(({ period }) => period ?? [])))].toSorted((one, other) => one - other);
}

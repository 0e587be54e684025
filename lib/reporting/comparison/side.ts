import type { JudgedRun } from '../judged-run.ts';

/** Runs that are taken together as one side of a comparison. */
export interface Side {
  name: string;
  runs: readonly JudgedRun[];
  /** Runs of which several copies were given: the first one counts. */
  copied: readonly string[];
}

/** Something about the runs makes it wrong to compare them; the message names the remedy. */
export class CannotCompare extends Error {}

function environmentsOf(runs: readonly JudgedRun[]): string {
  return [...new Set(runs.map(({ description }) => description.environment))].join(' + ');
}

/** Which run it is, wherever its folder lies: a copy is the same run. */
export function identityOf({ description: { environment, run } }: JudgedRun): string {
  return `${environment}/${run}`;
}

function sideOf(name: string, given: readonly JudgedRun[]): Side {
  const identities = given.map(identityOf);
  return { name, runs: given.filter((_, index) => identities.indexOf(identities[index] ?? '') === index), copied: [...new Set(identities.filter((identity, index) => identities.indexOf(identity) !== index))] };
}

/**
 * The sides of a comparison: each environment is one, or, with `against`, the runs before and the runs after it. Names tell them apart.
 * A run of which several copies were given counts once.
 *
 * @throws CannotCompare when there are fewer than two, or a run stands on both.
 */
export function sidesOf(runs: readonly JudgedRun[], against: readonly JudgedRun[]): Side[] {
  const twice = against.find((other) => runs.some((run) => identityOf(run) === identityOf(other)));
  if (twice !== undefined) throw new CannotCompare(`Run ${identityOf(twice)} stands on both sides${runs.some(({ folder }) => folder === twice.folder) ? '' : ', once as a copy'}. Name it once.`);
  if (against.length > 0) {
    const [name, other] = [environmentsOf(runs), environmentsOf(against)];
    return name === other ? [sideOf(`${name} (first)`, runs), sideOf(`${name} (against)`, against)] : [sideOf(name, runs), sideOf(other, against)];
  }
  const byEnvironment = new Map<string, JudgedRun[]>();
  for (const run of runs) byEnvironment.set(run.description.environment, [...(byEnvironment.get(run.description.environment) ?? []), run]);
  if (byEnvironment.size < 2) throw new CannotCompare(`All runs are of environment ${[...byEnvironment.keys()].join()}. Name runs of two environments, or the runs to compare with after --against.`);
  return [...byEnvironment].map(([name, ofIt]) => sideOf(name, ofIt));
}

/** The value of something over the runs of a side. */
export interface Held {
  /** Its values in words, each once, and in how many runs it is not known where it is in others; null where no run has one. */
  said: string | null;
  /** Not all runs have the same value, or some have one and of others it is not known. */
  mixed: boolean;
}

/** What the runs of a side have of something; where `value` is undefined a run has nothing to do with it, where it is null it is not known. */
export function heldBy({ runs }: Side, value: (run: JudgedRun) => string | null | undefined): Held {
  const told = runs.map(value).filter((one) => one !== undefined);
  const values = [...new Set(told.filter((one) => one !== null))].toSorted();
  const unknown = told.filter((one) => one === null).length;
  if (values.length === 0) return { said: null, mixed: false };
  return { said: [...values, ...(unknown === 0 ? [] : [`not known in ${unknown} of ${told.length} runs`])].join(', '), mixed: values.length > 1 || unknown > 0 };
}

/** The settings that explain timings, as the cluster told them in a run; null where it told none. */
export function settingsOf({ description }: JudgedRun): Record<string, string> | null {
  const settings = description.cluster?.settings ?? {};
  return Object.keys(settings).length === 0 ? null : settings;
}

/**
 * Refuses runs that must not be taken together: settings that differ within a side (defaults and equalised settings are two profiles,
 * never mixed), and records of real and simulated clusters.
 *
 * @throws CannotCompare
 */
export function refuseMixed(sides: readonly Side[]): void {
  for (const { name, runs } of sides) {
    const [first, ...others] = runs.filter((run) => settingsOf(run) !== null);
    for (const run of others) {
      const [settings, now] = [first === undefined ? null : settingsOf(first), settingsOf(run)];
      const differing = [...new Set([...Object.keys(settings ?? {}), ...Object.keys(now ?? {})])].filter((setting) => settings?.[setting] !== now?.[setting]);
      if (first === undefined || differing.length === 0) continue;
      const said = differing.slice(0, 3).map((setting) => `${setting}: ${settings?.[setting] ?? 'absent'} and ${now?.[setting] ?? 'absent'}`).join('; ');
      throw new CannotCompare(`Runs ${first.description.run} and ${run.description.run} of ${name} were made with different settings (${said}), so their figures must not be taken together. Name the runs of one set of settings, or compare the sets with --against.`);
    }
  }
  const simulated = sides.map(({ runs }) => runs.some(({ description }) => description.simulated));
  const real = sides.some(({ runs }) => runs.some(({ description }) => !description.simulated));
  if (simulated.includes(true) && real) throw new CannotCompare('Some of the runs were made against a simulated cluster and some against a real one. Compare real ones with real ones.');
}

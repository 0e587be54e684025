import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Verdict, Verdicts } from '../../record/types.ts';
import { oneLine } from '../plain-text.ts';
import { verdictWords } from '../words.ts';
import { writeMissing } from './fleet-missing.ts';
import { fleetWorlds } from './fleet-worlds.ts';
import type { ReportPlan } from './report-plan.ts';
import { generateReport } from './stages.ts';

/** A run whose `allure-results/` are there. */
export interface FleetRun {
  folder: string;
  verdicts: Verdicts;
}

/** What a report over many runs is about. */
export interface FleetToReport {
  runs: readonly FleetRun[];
  /** Environments that were expected and of which there is no run. */
  missing: readonly string[];
  verdict: Verdict;
}

function planOf({ runs, missing, verdict }: FleetToReport, results: string[], target: string): ReportPlan {
  const all = runs.map(({ verdicts }) => verdicts);
  const environments = new Set([...all.map(({ environment }) => environment), ...missing]);
  const title = `Fleet: ${verdictWords[verdict].word}`;
  const variables = Object.fromEntries(all.map((run) => [oneLine(`${run.environment}/${run.run}`), `${verdictWords[run.verdict].word}, ${oneLine(run.platform)}${run.incomplete ? ', INCOMPLETE' : ''}${run.simulated ? ', SIMULATED cluster' : ''}`]));
  return {
    name: `${title}, ${environments.size} environment(s), ${runs.length} run(s)`,
    title,
    variables: { Verdict: verdictWords[verdict].word, ...variables, ...Object.fromEntries(missing.map((environment) => [environment, `${verdictWords.blocked.word}: no run`])) },
    groupBy: ['parentSuite', 'epic', 'feature'],
    worlds: fleetWorlds(all, missing),
    historyOf: null,
    results,
    target,
  };
}

/**
 * Writes `allure-report/index.html` into a folder: the tests of all these runs in one file, the environments switchable, and the runs of
 * an environment that has several. Every run counts.
 *
 * @throws Error with the output of the generator when it failed.
 */
export async function writeFleetReport(fleet: FleetToReport, folder: string): Promise<string> {
  const target = join(folder, 'allure-report', 'index.html');
  rmSync(dirname(target), { recursive: true, force: true });
  await generateReport(planOf(fleet, [...fleet.runs.map((run) => join(run.folder, 'allure-results')), writeMissing(fleet.missing, folder)], target));
  return target;
}

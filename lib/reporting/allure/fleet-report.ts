import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Verdicts } from '../../record/types.ts';
import { oneLine } from '../plain-text.ts';
import { verdictWords } from '../words.ts';
import type { ReportPlan } from './report-plan.ts';
import { generateReport } from './report-process.ts';

/** A run whose `allure-results/` are there. */
export interface FleetRun {
  folder: string;
  verdicts: Verdicts;
}

function planOf(runs: readonly FleetRun[], target: string): ReportPlan {
  const environments = [...new Set(runs.map(({ verdicts }) => verdicts.environment))];
  return {
    name: `Fleet: ${environments.length} environment(s), ${runs.length} run(s)`,
    title: 'Fleet',
    variables: Object.fromEntries(runs.map(({ verdicts }) => [oneLine(`${verdicts.environment}/${verdicts.run}`), `${verdictWords[verdicts.verdict].word}, ${oneLine(verdicts.platform)}${verdicts.simulated ? ', SIMULATED cluster' : ''}`])),
    groupBy: ['parentSuite', 'epic', 'feature'],
    environments,
    historyOf: null,
    target,
  };
}

/**
 * Writes `allure-report/index.html` into a folder: the tests of all these runs in one file, the environments switchable. Several runs of
 * one environment are shown as repeats of its tests, the newest on top.
 *
 * @throws Error with the output of the generator when it failed.
 */
export async function writeFleetReport(runs: readonly FleetRun[], folder: string): Promise<string> {
  const target = join(folder, 'allure-report', 'index.html');
  rmSync(dirname(target), { recursive: true, force: true });
  await generateReport(planOf(runs, target), runs.map((run) => join(run.folder, 'allure-results')));
  return target;
}

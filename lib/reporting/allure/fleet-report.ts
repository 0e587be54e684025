import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Verdict, Verdicts } from '../../record/types.ts';
import { oneLine } from '../plain-text.ts';
import { verdictWords } from '../words.ts';
import { fleetResults } from './fleet-results.ts';
import { fleetWorlds } from './fleet-worlds.ts';
import type { ReportPlan } from './report-plan.ts';
import { allureReportOf, generateReport } from './stages.ts';
import { writeStandIns } from './stand-ins.ts';

/** A run whose verdicts are known. */
export interface FleetRun {
  folder: string;
  verdicts: Verdicts;
  /** Why its own Allure report could not be made. Absent or null: it was. */
  trouble?: string | null;
}

/** A run that was named and whose record tells nothing. */
export interface UnreadRun {
  environment: string;
  run: string;
  /** Inconclusive where there is a record that cannot be read, blocked where there is none. */
  verdict: 'inconclusive' | 'blocked';
  reason: string;
}

/** What a report over many runs is about. */
export interface FleetToReport {
  runs: readonly FleetRun[];
  unread: readonly UnreadRun[];
  /** Environments that were expected and of which there is no run. */
  missing: readonly string[];
  verdict: Verdict;
}

function planOf({ runs, unread, missing, verdict }: FleetToReport, results: string[], target: string): ReportPlan {
  const all = runs.map(({ verdicts }) => verdicts);
  const environments = new Set([...[...all, ...unread].map(({ environment }) => environment), ...missing]);
  const title = `Fleet: ${verdictWords[verdict].word}`;
  const read = all.map((run) => [oneLine(`${run.environment}/${run.run}`), `${verdictWords[run.verdict].word}, ${oneLine(run.platform)}${run.incomplete ? ', INCOMPLETE' : ''}${run.simulated ? ', SIMULATED cluster' : ''}`]);
  const others = unread.map((run) => [oneLine(`${run.environment}/${run.run}`), `${verdictWords[run.verdict].word}: its record cannot be read`]);
  return {
    name: `${title}, ${environments.size} environment(s), ${runs.length + unread.length} run(s)`,
    title,
    variables: { Verdict: verdictWords[verdict].word, ...Object.fromEntries([...read, ...others]), ...Object.fromEntries(missing.map((environment) => [environment, `${verdictWords.blocked.word}: no run`])) },
    groupBy: ['parentSuite', 'epic', 'feature'],
    worlds: fleetWorlds([...all, ...unread], missing),
    historyOf: null,
    results,
    target,
  };
}

/** The Allure report over many runs. */
export interface FleetReport {
  path: string;
  /** Runs whose tests it does not hold, and why; null when it holds them all. */
  trouble: string | null;
}

/**
 * Writes `allure-report/index.html` into a folder: the tests of all these runs in one file, the environments switchable, and the runs of
 * an environment that has several. Every run counts; what is not there stands in it as broken.
 *
 * @throws Error with the output of the generator when it failed.
 */
export async function writeFleetReport(fleet: FleetToReport, folder: string): Promise<FleetReport> {
  const path = allureReportOf(folder);
  rmSync(dirname(path), { recursive: true, force: true });
  const { folders, standIns, trouble } = fleetResults(fleet);
  await generateReport(planOf(fleet, [...folders, writeStandIns(standIns, folder)], path));
  return { path, trouble };
}

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sayCounts, verdictWords } from '../words.ts';
import type { FleetRun, FleetToReport } from './fleet-report.ts';
import { resultsName } from './stages.ts';
import { noRun, standInOfRun } from './stand-ins.ts';
import type { StandIn } from './stand-ins.ts';

/** What a report over many runs is made of. */
export interface FleetResults {
  /** Folders of results, one of each run that is shown. */
  folders: string[];
  standIns: StandIn[];
  /** Runs that are not shown, and why; null where there is none. */
  trouble: string | null;
}

const resultsOf = ({ folder }: FleetRun): string => join(folder, resultsName);

/** Why the tests of a run cannot be shown; null when there is one for each of its scenarios. */
function whyNotShown(run: FleetRun): string | null {
  const results = resultsOf(run);
  const found = existsSync(results) ? readdirSync(results).filter((name) => name.endsWith('-result.json')).length : 0;
  const scenarios = run.verdicts.scenarios.length;
  return found === scenarios ? null : `its report could not be made: ${run.trouble ?? `${scenarios} scenario(s) have ${found} result(s)`}`;
}

/**
 * The results of every run that has one for each of its scenarios, and what stands in the place of all that is missing: a run without its
 * results, one that cannot be read, an environment without a run.
 */
export function fleetResults({ runs, unread, missing }: Omit<FleetToReport, 'verdict'>): FleetResults {
  const looked = runs.map((run) => ({ run, why: whyNotShown(run) }));
  const hidden = looked.flatMap(({ run: { verdicts }, why }) => (why === null ? [] : [{ verdicts, why }]));
  const standIns: StandIn[] = [
    ...runs.flatMap(({ verdicts }) => standInOfRun(verdicts)),
    ...hidden.map(({ verdicts: { environment, run, verdict, scenarios }, why }): StandIn => ({ environment, run, name: `Run ${run}: ${verdictWords[verdict].word}, not shown`, verdict: 'not-shown', message: `The run is judged ${verdictWords[verdict].word} (${sayCounts(scenarios)}), and ${why}` })),
    ...unread.map(({ environment, run, verdict, reason }): StandIn => ({ environment, run, name: `Run ${run} of ${environment}`, verdict, message: `${verdict === 'blocked' ? 'Blocked' : 'Inconclusive: its record cannot be read'}: ${reason}` })),
    ...missing.map((environment): StandIn => ({ environment, run: null, name: `No run of ${environment}`, verdict: 'blocked', message: `Blocked: ${noRun}` })),
  ];
  return {
    folders: looked.flatMap(({ run, why }) => (why === null && existsSync(resultsOf(run)) ? [resultsOf(run)] : [])),
    standIns,
    trouble: hidden.length === 0 ? null : hidden.map(({ verdicts, why }) => `The tests of ${verdicts.environment}/${verdicts.run} are not in the report over all: ${why}`).join('\n'),
  };
}

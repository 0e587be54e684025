import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { overallVerdict } from '../judgement/overall.ts';
import { writeAtomically } from '../record/atomic-file.ts';
import type { Verdict } from '../record/types.ts';
import { writeFleetReport } from './allure/fleet-report.ts';
import type { FleetRun } from './allure/fleet-report.ts';
import { markdownTable } from './markdown.ts';
import { sayCounts, verdictWords } from './words.ts';

export interface Fleet {
  verdict: Verdict;
  summary: string;
  /** Null when it could not be made; `trouble` says why. */
  allure: string | null;
  trouble: string | null;
}

/** The verdict of many runs: as if all their scenarios were of one, and incomplete if one is. */
export function fleetVerdict(runs: readonly FleetRun[]): Verdict {
  return overallVerdict(runs.flatMap(({ verdicts }) => verdicts.scenarios), runs.some(({ verdicts }) => verdicts.incomplete));
}

/** `summary.md` of many runs: a line a run, then everything that is not a pass, with its reason. */
export function renderFleetSummary(runs: readonly FleetRun[]): string {
  const verdict = fleetVerdict(runs);
  const all = runs.flatMap(({ verdicts }) => verdicts.scenarios);
  const say = (of: Verdict): string => `${verdictWords[of].mark} ${verdictWords[of].word}`;
  const open = runs.flatMap(({ verdicts }) => verdicts.scenarios.filter((scenario) => scenario.verdict !== 'pass').map(({ id, verdict: of, reason }) => [say(of), verdicts.environment, id, reason ?? '']));
  return [
    `# ${say(verdict)}: ${new Set(runs.map(({ verdicts }) => verdicts.environment)).size} environment(s)\n`,
    `${sayCounts(all)}, in ${runs.length} run(s).\n`,
    markdownTable(['Verdict', 'Environment', 'Platform', 'Run', 'Scenarios', 'Record'], runs.map(({ verdicts }) => [say(verdicts.verdict), verdicts.environment, verdicts.platform, verdicts.run, sayCounts(verdicts.scenarios), `${verdicts.incomplete ? 'INCOMPLETE' : 'complete'}${verdicts.simulated ? ', simulated cluster' : ''}`])),
    ...(open.length === 0 ? [] : ['## What did not pass\n', markdownTable(['Verdict', 'Environment', 'Scenario', 'Why'], open)]),
  ].join('\n');
}

/**
 * Writes `summary.md` and one Allure report over runs whose own reports are there. An Allure report that cannot be made takes nothing
 * with it.
 *
 * @throws Error of the file system.
 */
export async function deriveFleet(runs: readonly FleetRun[], folder: string): Promise<Fleet> {
  mkdirSync(folder, { recursive: true });
  const summary = join(folder, 'summary.md');
  writeAtomically(summary, renderFleetSummary(runs));
  const verdict = fleetVerdict(runs);
  const made = await writeFleetReport(runs, verdict, folder).then((allure) => ({ allure, trouble: null }), (error: Error) => ({ allure: null, trouble: error.message }));
  return { verdict, summary, ...made };
}

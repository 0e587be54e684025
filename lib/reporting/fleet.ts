import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { overallVerdict } from '../judgement/overall.ts';
import { writeAtomically } from '../record/atomic-file.ts';
import type { Verdict } from '../record/types.ts';
import { noRun } from './allure/fleet-missing.ts';
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

/** The verdict of many runs: the worst of theirs, and of their scenarios; an environment of which there is none is blocked. */
export function fleetVerdict(runs: readonly FleetRun[], missing: readonly string[] = []): Verdict {
  const of = runs.flatMap(({ verdicts }) => [verdicts, ...verdicts.scenarios]);
  return overallVerdict([...of, ...missing.map(() => ({ verdict: 'blocked' as const }))], runs.some(({ verdicts }) => verdicts.incomplete));
}

/** `summary.md` of many runs: a line a run and a line for each environment of which there is none, then everything that is not a pass, with its reason. */
export function renderFleetSummary(runs: readonly FleetRun[], missing: readonly string[] = []): string {
  const verdict = fleetVerdict(runs, missing);
  const all = runs.flatMap(({ verdicts }) => verdicts.scenarios);
  const say = (of: Verdict): string => `${verdictWords[of].mark} ${verdictWords[of].word}`;
  const open = [...missing.map((environment) => [say('blocked'), environment, '', noRun]), ...runs.flatMap(({ verdicts }) => verdicts.scenarios.filter((scenario) => scenario.verdict !== 'pass').map(({ id, verdict: of, reason }) => [say(of), verdicts.environment, id, reason ?? '']))];
  return [
    `# ${say(verdict)}: ${new Set([...runs.map(({ verdicts }) => verdicts.environment), ...missing]).size} environment(s)\n`,
    `${sayCounts(all)}, in ${runs.length} run(s).${missing.length === 0 ? '' : ` No run of ${missing.join(', ')}.`}\n`,
    markdownTable(['Verdict', 'Environment', 'Platform', 'Run', 'Scenarios', 'Record'], [...runs.map(({ verdicts }) => [say(verdicts.verdict), verdicts.environment, verdicts.platform, verdicts.run, sayCounts(verdicts.scenarios), `${verdicts.incomplete ? 'INCOMPLETE' : 'complete'}${verdicts.simulated ? ', simulated cluster' : ''}`]), ...missing.map((environment) => [say('blocked'), environment, '', 'none', '', 'MISSING'])]),
    ...(open.length === 0 ? [] : ['## What did not pass\n', markdownTable(['Verdict', 'Environment', 'Scenario', 'Why'], open)]),
  ].join('\n');
}

/**
 * Writes `summary.md` and one Allure report over runs whose own reports are there. An Allure report that cannot be made takes nothing
 * with it.
 *
 * @param missing environments that were expected and of which there is no run.
 * @throws Error of the file system.
 */
export async function deriveFleet(runs: readonly FleetRun[], folder: string, missing: readonly string[] = []): Promise<Fleet> {
  mkdirSync(folder, { recursive: true });
  const summary = join(folder, 'summary.md');
  writeAtomically(summary, renderFleetSummary(runs, missing));
  const verdict = fleetVerdict(runs, missing);
  const made = await writeFleetReport({ runs, missing, verdict }, folder).then((allure) => ({ allure, trouble: null }), (error: Error) => ({ allure: null, trouble: error.message }));
  return { verdict, summary, ...made };
}

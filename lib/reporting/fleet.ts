import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { overallVerdict } from '../judgement/overall.ts';
import { writeAtomically } from '../record/atomic-file.ts';
import type { Verdict } from '../record/types.ts';
import { writeFleetReport } from './allure/fleet-report.ts';
import type { FleetRun, UnreadRun } from './allure/fleet-report.ts';
import { noRun } from './allure/stand-ins.ts';
import { escapeMarkdown, markdownTable } from './markdown.ts';
import { sayCounts, verdictWords } from './words.ts';

export interface Fleet {
  verdict: Verdict;
  summary: string;
  /** Null when it could not be made; `trouble` says why. */
  allure: string | null;
  /** Why there is no Allure report, or which runs' tests are not in it. */
  trouble: string | null;
}

/** What a fleet lacks. */
export interface FleetGaps {
  /** Environments that were expected and of which there is no run. */
  missing?: readonly string[];
  /** Runs that were named and cannot be read. */
  unread?: readonly UnreadRun[];
  /** Copies that were left out, a sentence each. */
  copies?: readonly string[];
}

/** The verdict of many runs: the worst of theirs, and of their scenarios; an environment of which there is none is blocked. */
export function fleetVerdict(runs: readonly FleetRun[], { missing = [], unread = [] }: FleetGaps = {}): Verdict {
  const of = runs.flatMap(({ verdicts }) => [verdicts, ...verdicts.scenarios]);
  return overallVerdict([...of, ...unread, ...missing.map(() => ({ verdict: 'blocked' as const }))], runs.some(({ verdicts }) => verdicts.incomplete));
}

const say = (of: Verdict): string => `${verdictWords[of].mark} ${verdictWords[of].word}`;

/** `summary.md` of many runs: a line a run and a line for each environment of which there is none, then everything that is not a pass, with its reason. */
export function renderFleetSummary(runs: readonly FleetRun[], gaps: FleetGaps = {}): string {
  const { missing = [], unread = [], copies = [] } = gaps;
  const environments = new Set([...runs.map(({ verdicts }) => verdicts.environment), ...unread.map(({ environment }) => environment), ...missing]);
  const table = [
    ...runs.map(({ verdicts }) => [say(verdicts.verdict), verdicts.environment, verdicts.platform, verdicts.run, sayCounts(verdicts.scenarios), `${verdicts.incomplete ? 'INCOMPLETE' : 'complete'}${verdicts.simulated ? ', simulated cluster' : ''}`]),
    ...unread.map(({ environment, run, verdict }) => [say(verdict), environment, '', run, '', verdict === 'blocked' ? 'MISSING' : 'UNREADABLE']),
    ...missing.map((environment) => [say('blocked'), environment, '', 'none', '', 'MISSING']),
  ];
  const open = [
    ...missing.map((environment) => [say('blocked'), environment, '', noRun]),
    ...unread.map(({ environment, run, verdict, reason }) => [say(verdict), environment, `run ${run}`, reason]),
    ...runs.flatMap(({ verdicts }) => verdicts.scenarios.filter((scenario) => scenario.verdict !== 'pass').map(({ id, verdict: of, reason }) => [say(of), verdicts.environment, id, reason ?? ''])),
  ];
  return [
    `# ${say(fleetVerdict(runs, gaps))}: ${environments.size} environment(s)\n`,
    `${sayCounts(runs.flatMap(({ verdicts }) => verdicts.scenarios))}, in ${runs.length} run(s).${unread.length === 0 ? '' : ` ${unread.length} run(s) could not be read.`}${missing.length === 0 ? '' : ` No run of ${missing.join(', ')}.`}\n`,
    markdownTable(['Verdict', 'Environment', 'Platform', 'Run', 'Scenarios', 'Record'], table),
    ...copies.map((sentence) => `${escapeMarkdown(sentence)}\n`),
    ...(open.length === 0 ? [] : ['## What did not pass\n', markdownTable(['Verdict', 'Environment', 'Scenario', 'Why'], open)]),
  ].join('\n');
}

/**
 * Writes `summary.md` and one Allure report over runs whose own reports were made. An Allure report that cannot be made takes nothing
 * with it, and a run whose tests are not there stands in it as such.
 *
 * @throws Error of the file system.
 */
export async function deriveFleet(runs: readonly FleetRun[], folder: string, gaps: FleetGaps = {}): Promise<Fleet> {
  mkdirSync(folder, { recursive: true });
  const summary = join(folder, 'summary.md');
  writeAtomically(summary, renderFleetSummary(runs, gaps));
  const verdict = fleetVerdict(runs, gaps);
  const { missing = [], unread = [] } = gaps;
  const made = await writeFleetReport({ runs, missing, unread, verdict }, folder).then(({ path, trouble }) => ({ allure: path, trouble }), (error: Error) => ({ allure: null, trouble: error.message }));
  return { verdict, summary, ...made };
}

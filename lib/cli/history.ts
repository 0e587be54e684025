import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { readKnownIssues } from '../environment/about.ts';
import { runsOf } from '../record/run-folder.ts';
import { historyDocument } from '../reporting/history/history-document.ts';
import { historyOf } from '../reporting/history/history.ts';
import type { History } from '../reporting/history/history-schema.ts';
import { readJudgedRuns } from '../reporting/judged-run.ts';
import type { ReadRuns } from '../reporting/judged-run.ts';
import { addPngs } from './add-pngs.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { positiveInteger } from './options.ts';
import { environmentsFolder, reportsFolder } from './places.ts';
import { say, sayJson } from './say.ts';
import { toolVersion } from '../record/tool-version.ts';
import { writeOut } from './write-out.ts';

/** Older runs are left out, unless more are asked for. */
export const usualRuns = 100;

/** Possible changes that are said in a terminal. */
const mostPossible = 5;

interface HistoryCommandOptions {
  env: string;
  last?: number;
  out?: string;
  json?: boolean;
  png?: boolean;
}

/** The newest runs of an environment; one that cannot be read is told and left out. */
function readRuns(environment: string, last: number): ReadRuns {
  const names = runsOf(reportsFolder(), environment).slice(-last);
  if (names.length === 0) throw new CommandError(`There is no run of environment "${environment}" below ${reportsFolder()}. Make one with "ha-acceptance run --env ${environment}", or name the folder of the records with HA_ACCEPTANCE_REPORTS.`, exitCode.usage);
  return readJudgedRuns(names.map((name) => join(reportsFolder(), environment, name)));
}

/** What the environment file declares as known; nothing where there is no such file. */
export function knownIssuesOf(environment: string): ReturnType<typeof readKnownIssues> {
  const file = join(environmentsFolder(), `${environment}.yaml`);
  return existsSync(file) ? readKnownIssues(file) : [];
}

function tell({ headline, reservations, series, outcomes, possible }: History): void {
  say(headline);
  for (const reservation of reservations) say(`Reservation: ${reservation}.`);
  for (const { changes, standing } of series) for (const { sentence } of [...changes.filter(({ latest }) => latest), ...(standing === null ? [] : [standing])]) say(`- ${sentence}`);
  for (const { failingSince, notEstablishedSince, neverPassed } of outcomes) {
    for (const finding of [failingSince, notEstablishedSince]) if (finding !== null) say(`- ${finding.sentence}`);
    if (neverPassed !== null) say(`- ${neverPassed}`);
  }
  for (const sentence of possible.slice(0, mostPossible)) say(`- possible, not counted: ${sentence}`);
  if (possible.length > mostPossible) say(`- ${possible.length - mostPossible} more possible changes stand in the report.`);
}

async function runHistory({ env, last = usualRuns, out, json = false, png = false }: HistoryCommandOptions): Promise<number> {
  const { runs, unreadable } = readRuns(env, last);
  const history = historyOf(runs, { environment: env, issues: knownIssuesOf(env), today: new Date().toISOString().slice(0, 10), tool: toolVersion(), unreadable });
  const paths = writeOut(out ?? join(reportsFolder(), env, 'history'), 'history', historyDocument(history), history);
  if (png) await addPngs(paths.charts);
  if (json) sayJson({ history, paths });
  else {
    tell(history);
    for (const [name, path] of Object.entries(paths)) say(`${`${name}:`.padEnd(10)} ${path}`);
  }
  return history.regressions > 0 ? exitCode.fail : exitCode.pass;
}

/** `ha-acceptance history` */
export function historyCommand(): Command {
  return new Command('history')
    .description('trends of an environment over its runs, and changes against its own past, named with run and version')
    .requiredOption('--env <name>', 'the environment')
    .option('--last <n>', `look at the newest runs only (default: ${usualRuns})`, positiveInteger)
    .option('--out <folder>', 'where the files go (default: reports/<environment>/history)')
    .option('--png', 'draw each chart as PNG, too')
    .option('--json', 'print the history as one JSON document')
    .addHelpText('after', `
A change is found from 6 runs before and 6 after it; with many measurements more runs
are needed, which is then said. A row that passed or failed before and is blocked,
inconclusive, not applicable or left out since is a regression, too, and so is one
that was taken back in part only. Where a run makes several moves, each is looked at.
Figures that are wide because the prober was blind count with either of their ends, and
runs without an end (killed, or still going on) are left out and named. What is known
and accepted stands in the environment file, each until a day:

  knownIssues:
    - { row: node-failure, measurement: outage, reason: "slow fencing card, ticket 7", until: "2027-01-31" }

With a measurement an issue covers its shift, and a fail by nothing but its limit;
without one it covers everything of the row.

Examples:
  $ npx --no ha-acceptance history --env prod-a
  $ npx --no ha-acceptance history --env prod-a --last 30 --json

Exit codes: 0 no regression, 1 a regression that is no known issue (slower, failing or no longer established), 64 wrong input.`)
    .action(async (options: HistoryCommandOptions) => {
      process.exitCode = await runHistory(options);
    });
}

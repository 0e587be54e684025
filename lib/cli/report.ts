import { basename, extname, join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { limitsTooFine, readLimitsFile } from '../environment/limits.ts';
import { throwProblems } from '../environment/yaml-file.ts';
import { exitCodeOf } from '../judgement/exit-code.ts';
import { readDescription } from '../record/run-reader.ts';
import { safeName } from '../record/safe-name.ts';
import type { Limits, Verdict, Verdicts } from '../record/types.ts';
import type { FleetRun } from '../reporting/allure/fleet-report.ts';
import { deriveAll } from '../reporting/derive-all.ts';
import type { DerivedPaths } from '../reporting/derive-all.ts';
import { deriveFleet } from '../reporting/fleet.ts';
import { oneLine } from '../reporting/plain-text.ts';
import { renderTable } from '../reporting/table.ts';
import { verdictWords } from '../reporting/words.ts';
import { CommandError, codeOf, exitCode } from './exit-code.ts';
import { addPngs } from './add-pngs.ts';
import { exportFormats, exportRuns } from './export.ts';
import type { ExportFormat } from './export.ts';
import { findRun } from './find-run.ts';
import { reportsFolder } from './places.ts';

/** Progress belongs to people; whoever asked for JSON reads nothing else on standard output. */
function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

function print(verdicts: Verdicts, paths: DerivedPaths): void {
  process.stdout.write(`${renderTable(verdicts, { color: process.stdout.isTTY, width: process.stdout.columns ?? 120 })}\n`);
  for (const [name, path] of Object.entries(paths)) process.stdout.write(`${`${name}:`.padEnd(10)} ${path}\n`);
}

interface MergedReports {
  run: 'fleet';
  verdict: Verdict;
  /** Environments that were expected and of which no run was named. */
  missing: string[];
  paths: { summary: string; allure: string | null };
  trouble: string | null;
}

/** One report over several runs, beside those of each. */
async function mergeReports(runs: readonly FleetRun[], folder: string, expected: readonly string[]): Promise<MergedReports> {
  progress('merging the reports');
  const missing = expected.filter((environment) => !runs.some(({ verdicts }) => verdicts.environment === environment));
  if (missing.length > 0) progress(`no run was named of ${missing.join(', ')}`);
  const { verdict, summary, allure, trouble } = await deriveFleet(runs, resolve(folder), missing);
  if (trouble !== null) progress(trouble);
  return { run: 'fleet', verdict, missing, paths: { summary, allure }, trouble };
}

interface ReportOptions {
  serve?: boolean;
  json?: boolean;
  png?: boolean;
  to?: string;
  expect?: string[];
}

/** Names of environments, apart by commas. */
function environmentNames(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.some((name) => !/^[a-z0-9-]+$/.test(name))) throw new InvalidArgumentError(`"${text}" are no names of environments. Write them as prod-a,prod-b.`);
  return [...new Set(names)];
}

async function report(runs: readonly string[], { serve = false, json = false, png = false, to, expect }: ReportOptions): Promise<number> {
  if (to !== undefined && runs.length === 0 && expect === undefined) throw new CommandError('--to says where an export or the report over all named runs goes. Name them.', exitCode.usage);
  const folders = [...new Set(runs.map(findRun))];
  const done: { run: string; verdict: string; paths: DerivedPaths; trouble: string | null }[] = [];
  const fleetRuns: FleetRun[] = [];
  for (const folder of folders) {
    const { verdicts, paths, trouble } = await deriveAll(folder, { onProgress: progress });
    if (png) await addPngs(paths.charts);
    done.push({ run: `${verdicts.environment}/${verdicts.run}`, verdict: verdicts.verdict, paths, trouble });
    fleetRuns.push({ folder, verdicts });
    if (!json) print(verdicts, paths);
  }
  // Of a fleet all but one may have been refused: its report is wanted all the same.
  const fleet = fleetRuns.length > 1 || to !== undefined || expect !== undefined ? await mergeReports(fleetRuns, to ?? join(reportsFolder(), 'fleet'), expect ?? []) : null;
  if (json) process.stdout.write(`${JSON.stringify(fleet === null ? done : [...done, fleet], null, 2)}\n`);
  else if (fleet !== null) process.stdout.write(`\nall of them: ${verdictWords[fleet.verdict].mark} ${verdictWords[fleet.verdict].word}\nsummary:    ${fleet.paths.summary}\nallure:     ${fleet.paths.allure ?? 'it could not be made'}\n`);
  // Only who asks for the pages waits for what draws them.
  if (serve) await (await import('./serve-site.ts')).serveRuns(folders, fleet?.paths.allure ?? null);
  if ([...done, fleet].some((made) => (made?.trouble ?? null) !== null)) return exitCode.internal;
  return fleet === null || fleet.missing.length === 0 ? exitCode.pass : exitCode.refused;
}

/** Limits of a file, checked against what the run's probes can tell. Throws with file, line and column. */
function limitsFor(path: string, folder: string): Limits {
  const { file, limits, problems } = readLimitsFile(path);
  const tooFine = limitsTooFine((file.value as { limits?: unknown } | null)?.limits, readDescription(folder).prober.periodMs);
  throwProblems([...problems, ...tooFine].map((problem) => ({ file, problem })));
  return limits;
}

async function rejudge(run: string, { limits, json = false }: { limits?: string; json?: boolean }): Promise<number> {
  const folder = findRun(run);
  const other = limits === undefined ? {} : { rejudge: { limits: limitsFor(limits, folder), limitsFrom: limits, folder: join(folder, 'rejudged', safeName(basename(limits, extname(limits)))) } };
  const { verdicts, paths, limitsFrom } = await deriveAll(folder, { onProgress: progress, ...other });
  if (json) process.stdout.write(`${JSON.stringify({ verdicts, paths, limitsFrom }, null, 2)}\n`);
  else {
    print(verdicts, paths);
    process.stdout.write(`judged by: ${oneLine(limitsFrom)}\n`);
  }
  return exitCodeOf(verdicts);
}

async function ending(work: Promise<number>): Promise<void> {
  process.exitCode = await work.catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    return codeOf(error);
  });
}

/** `ha-acceptance report` */
export function reportCommand(): Command {
  return new Command('report')
    .description('make verdicts and every report again from the record of a run, without the cluster; with several runs, of one or many environments, also one report over all of them')
    .argument('[run...]', 'a folder, <environment>/<run id> or <environment>/latest; with --serve none is needed')
    .addOption(new Option('--export <format>', 'instead: export the samples of every probe to <run>/export/ (csv, parquet), or the figures as metrics to a file for the textfile collector (prometheus) or to a collector (otlp)').choices([...exportFormats]))
    .option('--to <folder or URL>', 'with --export prometheus: the folder of the textfile collector; with --export otlp: the collector, such as http://127.0.0.1:4318; else the folder of one report over all named runs (several runs without it: reports/fleet)')
    .addOption(new Option('--expect <environments>', 'environments of which the report over all named runs must have a run, apart by commas: one without is blocked in it, and the command ends with 3').argParser(environmentNames).conflicts('export'))
    .option('--serve', 'then show in a browser, on a port of this machine until Ctrl-C: all runs of their environments with their reports, trends, and comparisons of runs that you choose; without a run: of all environments')
    .option('--png', 'draw each chart as PNG, too')
    .option('--json', 'print the paths as JSON')
    .addHelpText('after', '\nExamples:\n  $ npx --no ha-acceptance report lab/latest\n  $ npx --no ha-acceptance report --serve lab/latest\n  $ npx --no ha-acceptance report --serve\n  $ npx --no ha-acceptance report --export parquet lab/latest\n  $ npx --no ha-acceptance report --export prometheus --to /var/lib/prometheus/node-exporter lab/latest\n  $ npx --no ha-acceptance report --to fleet --expect prod-a,prod-b prod-a/latest prod-b/latest\n\nExit codes: 0 the reports were made, whatever they say; 3 an expected environment has no run; 64 wrong input; 70 a report could not be made.')
    .action(async (runs: string[], options: ReportOptions & { export?: ExportFormat }) => {
      const { export: format, to = null, json = false } = options;
      if (runs.length === 0 && (format !== undefined || (options.serve !== true && options.expect === undefined))) throw new CommandError('Name a run: a folder, <environment>/<run id> or <environment>/latest. Without one, --serve shows all that are there.', exitCode.usage);
      await ending(format === undefined ? report(runs, options) : exportRuns(runs, format, { to, json }));
    });
}

/** `ha-acceptance rejudge` */
export function rejudgeCommand(): Command {
  return new Command('rejudge')
    .description('judge the record of a run again, by its own limits or by others')
    .argument('<run>', 'a folder, <environment>/<run id> or <environment>/latest')
    .option('--limits <file>', "judge by the limits: block of this file; what it does not name keeps the run's own limit; the result goes to <run>/rejudged/<name of the file>/ and the run's own verdicts stay")
    .option('--json', 'print verdicts and paths as JSON')
    .addHelpText('after', '\nExample:\n  $ npx --no ha-acceptance rejudge lab/latest --limits strict.yaml\n\nExit codes: 0 all pass, 1 a fail, 2 inconclusive, 3 blocked, 64 wrong input.')
    .action(async (run: string, options: { limits?: string; json?: boolean }) => ending(rejudge(run, options)));
}

import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { verdictWords } from '../reporting/words.ts';
import { CommandError, exitCode, worstCode } from './exit-code.ts';
import { exportFormats, exportRuns } from './export.ts';
import type { ExportFormat } from './export.ts';
import { mergeReports } from './merge-reports.ts';
import { nameRuns } from './named-runs.ts';
import type { NamedRuns } from './named-runs.ts';
import { reportsFolder } from './places.ts';
import { reportEach } from './report-each.ts';
import { endWith, progress } from './report-words.ts';

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

const nameOne = 'Name a run: a folder, <environment>/<run id> or <environment>/latest.';

/** What is named, with what is no run told. @throws CommandError with exit code 64 when nothing is left, or a single run is not there. */
function named(runs: readonly string[], isFleet: boolean): NamedRuns & { isFleet: boolean } {
  const found = nameRuns(runs);
  for (const folder of found.comparisons) progress(`${folder} is left out: it is a comparison, and no run.`);
  const { folders, absent } = found;
  const several = isFleet || folders.length + absent.length > 1;
  const [first] = absent;
  if (!several && first !== undefined) throw first.error;
  if (!isFleet && runs.length > 0 && folders.length === 0 && first === undefined) throw new CommandError(nameOne, exitCode.usage);
  for (const { error } of absent) progress(error.message);
  return { ...found, isFleet: several };
}

async function report(runs: readonly string[], { serve = false, json = false, png = false, to, expect }: ReportOptions): Promise<number> {
  if (to !== undefined && runs.length === 0 && expect === undefined) throw new CommandError('--to says where an export or the report over all named runs goes. Name them.', exitCode.usage);
  // Of a fleet all but one may have been refused: its report is wanted all the same.
  const { folders, absent, isFleet } = named(runs, to !== undefined || expect !== undefined);
  const each = await reportEach(folders, { png, json, goOn: isFleet });
  const fleet = isFleet ? await mergeReports({ ...each, absent: absent.map(({ run }) => run), expected: expect ?? [], folder: to ?? join(reportsFolder(), 'fleet') }) : null;
  if (json) process.stdout.write(`${JSON.stringify(fleet === null ? each.done : [...each.done, fleet], null, 2)}\n`);
  else if (fleet !== null) process.stdout.write(`\nall of them: ${verdictWords[fleet.verdict].mark} ${verdictWords[fleet.verdict].word}\nsummary:    ${fleet.paths.summary}\nallure:     ${fleet.paths.allure ?? 'it could not be made'}\n`);
  // Only who asks for the pages waits for what draws them.
  if (serve) await (await import('./serve-site.ts')).serveRuns(each.runs.map(({ folder }) => folder), fleet?.paths.allure ?? null);
  const troubled = [...each.done, fleet].some((made) => (made?.trouble ?? null) !== null);
  const isAbsent = fleet?.unread.some(({ verdict }) => verdict === 'blocked') === true;
  return worstCode([...each.codes, ...(troubled ? [exitCode.internal] : []), ...(isAbsent ? [exitCode.usage] : []), ...((fleet?.missing ?? []).length > 0 ? [exitCode.refused] : [])]);
}

/** `ha-acceptance report` */
export function reportCommand(): Command {
  return new Command('report')
    .description('make verdicts and every report again from the record of a run, without the cluster; with several runs, of one or many environments, also one report over all of them')
    .argument('[run...]', 'a folder, <environment>/<run id> or <environment>/latest; with --serve none is needed')
    .addOption(new Option('--export <format>', 'instead: export the samples of every probe to <run>/export/ (csv, parquet), or the figures as metrics to a file for the textfile collector (prometheus) or to a collector (otlp)').choices([...exportFormats]))
    .option('--to <folder or URL>', 'with --export prometheus: the folder of the textfile collector, which is there; with --export otlp: the collector, such as http://127.0.0.1:4318; else the folder of one report over all named runs (several runs without it: reports/fleet)')
    .addOption(new Option('--expect <environments>', 'environments of which the report over all named runs must have a run, apart by commas: one without is blocked in it, and the command ends with 3').argParser(environmentNames).conflicts('export'))
    .option('--serve', 'then show in a browser, on a port of this machine until Ctrl-C: all runs of their environments with their reports, trends, and comparisons of runs that you choose; without a run: of all environments')
    .option('--png', 'draw each chart as PNG, too')
    .option('--json', 'print the paths as JSON')
    .addHelpText('after', '\nExamples:\n  $ npx --no ha-acceptance report lab/latest\n  $ npx --no ha-acceptance report --serve lab/latest\n  $ npx --no ha-acceptance report --serve\n  $ npx --no ha-acceptance report --export parquet lab/latest\n  $ npx --no ha-acceptance report --export prometheus --to /var/lib/prometheus/node-exporter lab/latest\n  $ npx --no ha-acceptance report --to fleet --expect prod-a,prod-b prod-a/latest prod-b/latest\n\nExit codes: 0 the reports were made, whatever they say; 3 an expected environment has no run; 64 wrong input, or one of several runs cannot be read; 70 a report could not be made.')
    .action(async (runs: string[], options: ReportOptions & { export?: ExportFormat }) => {
      const { export: format, to = null, json = false } = options;
      if (runs.length === 0 && (format !== undefined || (options.serve !== true && options.expect === undefined))) throw new CommandError(`${nameOne} Without one, --serve shows all that are there.`, exitCode.usage);
      await endWith(format === undefined ? report(runs, options) : exportRuns(runs, format, { to, json }));
    });
}

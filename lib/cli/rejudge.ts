import { createHash } from 'node:crypto';
import { basename, extname, join } from 'node:path';
import { Command } from 'commander';
import { limitsTooFine, readLimitsFile } from '../environment/limits.ts';
import { throwProblems } from '../environment/yaml-file.ts';
import { exitCodeOf } from '../judgement/exit-code.ts';
import { readDescription } from '../record/run-reader.ts';
import { safeName } from '../record/safe-name.ts';
import type { Limits } from '../record/types.ts';
import { deriveAll } from '../reporting/derive-all.ts';
import type { DeriveOptions } from '../reporting/derive-all.ts';
import { oneLine } from '../reporting/plain-text.ts';
import { findReadableRun } from './find-run.ts';
import { reportsFolder } from './places.ts';
import { endWith, printReports, progress } from './report-words.ts';

/** Limits of a file, checked against what the run's probes can tell. Throws with file, line and column. */
function limitsFor(path: string, folder: string): Limits {
  const { file, limits, problems } = readLimitsFile(path);
  const tooFine = limitsTooFine((file.value as { limits?: unknown } | null)?.limits, readDescription(folder).prober.periodMs);
  throwProblems([...problems, ...tooFine].map((problem) => ({ file, problem })));
  return limits;
}

/** By which limits to judge, and where to: files of one name in two folders, or one file before and after a change, have folders of their own. */
function otherLimits(path: string, folder: string): NonNullable<DeriveOptions['rejudge']> {
  const limits = limitsFor(path, folder);
  const mark = createHash('sha256').update(JSON.stringify([path, limits])).digest('hex').slice(0, 8);
  return { limits, limitsFrom: path, folder: join(folder, 'rejudged', `${safeName(basename(path, extname(path)))}-${mark}`) };
}

async function rejudge(run: string, { limits, json = false }: { limits?: string; json?: boolean }): Promise<number> {
  const folder = findReadableRun(run);
  const other = limits === undefined ? {} : { rejudge: otherLimits(limits, folder) };
  const { verdicts, paths, limitsFrom, trouble } = await deriveAll(folder, { onProgress: progress, latestBelow: reportsFolder(), ...other });
  if (json) process.stdout.write(`${JSON.stringify({ verdicts, paths, limitsFrom }, null, 2)}\n`);
  else {
    printReports(verdicts, paths, trouble);
    process.stdout.write(`judged by: ${oneLine(limitsFrom)}\n`);
  }
  return exitCodeOf(verdicts);
}

/** `ha-acceptance rejudge` */
export function rejudgeCommand(): Command {
  return new Command('rejudge')
    .description('judge the record of a run again, by its own limits or by others')
    .argument('<run>', 'a folder, <environment>/<run id> or <environment>/latest')
    .option('--limits <file>', "judge by the limits: block of this file; what it does not name keeps the run's own limit; the result goes to <run>/rejudged/<name of the file>-<mark of path and limits>/ and the run's own verdicts stay")
    .option('--json', 'print verdicts and paths as JSON')
    .addHelpText('after', '\nExample:\n  $ npx --no ha-acceptance rejudge lab/latest --limits strict.yaml\n\nExit codes: 0 all pass, 1 a fail, 2 inconclusive, 3 blocked, 64 wrong input.')
    .action(async (run: string, options: { limits?: string; json?: boolean }) => endWith(rejudge(run, options)));
}

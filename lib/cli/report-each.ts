import { basename } from 'node:path';
import type { FleetRun, UnreadRun } from '../reporting/allure/fleet-report.ts';
import { deriveAll } from '../reporting/derive-all.ts';
import type { DerivedPaths } from '../reporting/derive-all.ts';
import { oneLine } from '../reporting/plain-text.ts';
import { addPngs } from './add-pngs.ts';
import { codeOf } from './exit-code.ts';
import { mustBeReadable } from './find-run.ts';
import { environmentIn } from './named-runs.ts';
import { reportsFolder } from './places.ts';
import { printReports, progress } from './report-words.ts';

/** The reports of one run, as `--json` prints them. */
export interface RunReports {
  run: string;
  verdict: string;
  paths: DerivedPaths;
  trouble: string | null;
}

/** The reports of each run, and the runs that have none. */
export interface EachReport {
  done: RunReports[];
  runs: FleetRun[];
  unread: UnreadRun[];
  /** The exit code of each run that has none. */
  codes: number[];
}

export interface EachOptions {
  png: boolean;
  json: boolean;
  /** A run that cannot be read takes nothing with it, since others are to be reported with it. */
  goOn: boolean;
}

/**
 * Makes the reports of runs, one after the other.
 *
 * @throws CommandError, or what `deriveAll` throws, when a run cannot be read and the rest is not to go on.
 */
export async function reportEach(folders: readonly string[], { png, json, goOn }: EachOptions): Promise<EachReport> {
  const each: EachReport = { done: [], runs: [], unread: [], codes: [] };
  for (const folder of folders) {
    try {
      mustBeReadable(folder);
      const { verdicts, paths, trouble } = await deriveAll(folder, { onProgress: progress, latestBelow: reportsFolder() });
      each.done.push({ run: `${verdicts.environment}/${verdicts.run}`, verdict: verdicts.verdict, paths, trouble });
      each.runs.push({ folder, verdicts, trouble });
      if (!json) printReports(verdicts, paths, trouble);
    } catch (error) {
      if (!goOn) throw error;
      const { message } = error as Error;
      progress(`${folder} tells nothing: ${message}`);
      each.unread.push({ environment: environmentIn(folder), run: oneLine(basename(folder)), verdict: 'inconclusive', reason: message });
      each.codes.push(codeOf(error));
    }
  }
  if (png) for (const { paths } of each.done) await addPngs(paths.charts);
  return each;
}

import { resolve } from 'node:path';
import type { Verdict } from '../record/types.ts';
import type { FleetRun, UnreadRun } from '../reporting/allure/fleet-report.ts';
import { distinctRuns } from '../reporting/fleet-copies.ts';
import { deriveFleet } from '../reporting/fleet.ts';
import { progress } from './report-words.ts';

/** The report over several runs, as `--json` prints it. */
export interface MergedReports {
  run: 'fleet';
  verdict: Verdict;
  /** Environments that were expected and of which no run was named. */
  missing: string[];
  /** Runs that were named and tell nothing. */
  unread: UnreadRun[];
  /** Copies of runs that were left out, a sentence each. */
  copies: string[];
  paths: { summary: string; allure: string | null };
  trouble: string | null;
}

/** What is to be merged. */
export interface ToMerge {
  runs: readonly FleetRun[];
  /** Runs that are there and cannot be read. */
  unread: readonly UnreadRun[];
  /** Runs that were named and are not there. */
  absent: readonly UnreadRun[];
  /** Environments of which there must be a run. */
  expected: readonly string[];
  folder: string;
}

/** One report over several runs, beside those of each. @throws Error of the file system. */
export async function mergeReports({ runs: given, unread, absent, expected, folder }: ToMerge): Promise<MergedReports> {
  progress('merging the reports');
  const { runs, copies } = distinctRuns(given);
  for (const sentence of copies) progress(sentence);
  const there = new Set([...runs.map(({ verdicts }) => verdicts.environment), ...unread.map(({ environment }) => environment)]);
  const missing = expected.filter((environment) => !there.has(environment));
  if (missing.length > 0) progress(`no run was named of ${missing.join(', ')}`);
  // What is expected and not there is told once.
  const untold = [...unread, ...absent.filter(({ environment }) => !missing.includes(environment))];
  const { verdict, summary, allure, trouble } = await deriveFleet(runs, resolve(folder), { missing, unread: untold, copies });
  if (trouble !== null) progress(trouble);
  return { run: 'fleet', verdict, missing, unread: untold, copies, paths: { summary, allure }, trouble };
}

import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { oneLine } from '../reporting/plain-text.ts';
import type { UnreadRun } from '../reporting/allure/fleet-report.ts';
import { findRun } from './find-run.ts';
import { reportsFolder } from './places.ts';

/** What the arguments of a command name. */
export interface NamedRuns {
  /** Folders of runs, each once. */
  folders: string[];
  /** Runs that are not there, with the error that says so. */
  absent: { run: UnreadRun; error: Error }[];
  /** Folders of comparisons, which `compare` puts beside those of environments: `reports/<star>/2*` names them, too. */
  comparisons: string[];
}

function isComparison(argument: string): boolean {
  return [resolve(argument), resolve(reportsFolder(), argument)].some((folder) => existsSync(join(folder, 'comparison.json')) && !existsSync(join(folder, 'run.json')));
}

/** The environment that a run's folder says it is of, even where this version cannot read the rest. */
export function environmentIn(folder: string): string {
  try {
    const { environment } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as { environment?: unknown };
    if (typeof environment === 'string' && /^[a-z0-9-]+$/.test(environment)) return environment;
  } catch {
    // A record lies in the folder of its environment.
  }
  return oneLine(basename(dirname(folder)));
}

/** Finds all that is named; what is no run takes nothing with it. */
export function nameRuns(args: readonly string[]): NamedRuns {
  const named: NamedRuns = { folders: [], absent: [], comparisons: [] };
  for (const argument of new Set(args)) {
    if (isComparison(argument)) {
      named.comparisons.push(argument);
      continue;
    }
    try {
      const folder = findRun(argument);
      if (!named.folders.includes(folder)) named.folders.push(folder);
    } catch (error) {
      const { message } = error as Error;
      named.absent.push({ run: { environment: oneLine(basename(dirname(resolve(argument)))), run: oneLine(basename(argument)), verdict: 'blocked', reason: message }, error: error as Error });
    }
  }
  return named;
}

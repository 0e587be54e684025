import { existsSync, lstatSync, readdirSync, realpathSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isRunId } from './run-id.ts';

/**
 * The folder of the run that a command's argument names: a path, `<environment>/<run id>` or `<environment>/latest`.
 *
 * @throws Error when there is no such run.
 */
export function resolveRun(argument: string, root: string): string {
  const found = [resolve(argument), resolve(root, argument)].find((folder) => existsSync(join(folder, 'run.json')));
  if (found !== undefined) return realpathSync(found);
  const environment = argument.split('/')[0] ?? '';
  const known = runsOf(root, environment);
  const hint = known.length > 0 ? `Environment ${environment} has: ${known.slice(-5).join(', ')}.` : 'Name it as a folder, <environment>/<run id> or <environment>/latest.';
  throw new Error(`There is no run "${argument}" here or below ${root}. ${hint}`);
}

/** Run ids of an environment, oldest first. */
export function runsOf(root: string, environment: string): string[] {
  const folder = join(root, environment);
  if (environment === '' || !existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder).filter((name) => isRunId(name) && existsSync(join(folder, name, 'run.json'))).toSorted();
}

/** Points `latest` of its environment at a run whose verdicts.json is complete, unless it points at a newer one already. */
export function finishRun(folder: string): void {
  if (!existsSync(join(folder, 'verdicts.json'))) throw new Error(`${folder} has no verdicts.json yet, so it cannot become the latest run. Derive its verdicts first.`);
  const run = basename(folder);
  const link = join(dirname(folder), 'latest');
  const [newest] = runsOf(dirname(dirname(folder)), basename(dirname(folder))).filter((name) => existsSync(join(dirname(folder), name, 'verdicts.json'))).toReversed();
  if (newest !== undefined && newest > run) return;
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === false) return;
  const beside = `${link}.${process.pid}.tmp`;
  rmSync(beside, { force: true });
  symlinkSync(run, beside);
  renameSync(beside, link);
}

export interface PruneOptions {
  root: string;
  environment: string;
  /** How many of the newest finished runs stay. */
  keep: number;
  /** Whether a run's journal still has an undo that was not carried out; such a run is never removed. */
  hasOpenUndo: (folder: string) => boolean;
}

/** Removes the oldest finished runs of an environment. Runs without verdicts and runs with an open undo stay. Returns the ids removed. */
export function pruneRuns({ root, environment, keep, hasOpenUndo }: PruneOptions): string[] {
  const folder = join(root, environment);
  const finished = runsOf(root, environment).filter((run) => existsSync(join(folder, run, 'verdicts.json')));
  const removed = finished.slice(0, Math.max(0, finished.length - Math.max(1, keep))).filter((run) => !hasOpenUndo(join(folder, run)));
  for (const run of removed) rmSync(join(folder, run), { recursive: true });
  return removed;
}

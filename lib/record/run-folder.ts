import { existsSync, lstatSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
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

/** Whether a record has an end, however the run ended. */
function hasEnd(folder: string): boolean {
  const events = join(folder, 'events.jsonl');
  return existsSync(events) && readFileSync(events, 'utf8').includes('"kind":"run-ended"');
}

/**
 * Points `latest` of an environment at its newest run with verdicts.json whose record has an end: a run that was killed or is still going
 * on is shown only where there is no other. Does nothing for a folder that lies elsewhere than `<root>/<environment>/`.
 *
 * @param folder of a run whose verdicts.json is complete.
 * @param root the folder of all records.
 * @throws Error when the run has no verdicts yet, or of the file system.
 */
export function finishRun(folder: string, root: string): void {
  if (!existsSync(join(folder, 'verdicts.json'))) throw new Error(`${folder} has no verdicts.json yet, so it cannot become the latest run. Derive its verdicts first.`);
  const ofEnvironment = realpathSync(dirname(folder));
  const among = join(root, basename(ofEnvironment));
  if (!existsSync(among) || realpathSync(among) !== ofEnvironment) return;
  const judged = runsOf(root, basename(ofEnvironment)).filter((name) => existsSync(join(ofEnvironment, name, 'verdicts.json'))).toReversed();
  const newest = judged.find((name) => hasEnd(join(ofEnvironment, name))) ?? judged[0];
  const link = join(ofEnvironment, 'latest');
  if (newest === undefined || lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === false) return;
  const beside = `${link}.${process.pid}.tmp`;
  rmSync(beside, { force: true });
  symlinkSync(newest, beside);
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

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readDescription } from '../../record/run-reader.ts';
import { runsOf } from '../../record/run-folder.ts';
import type { RunDescription, Verdicts } from '../../record/types.ts';
import { storedVerdicts } from '../judged-run.ts';
import { sayTool } from '../words.ts';

/** What the site shows, and what it needs from around it. */
export interface SiteSources {
  /** The reports folder: environments, and in them runs. */
  root: string;
  /** The environments that are shown; null: all below the root. */
  environments: readonly string[] | null;
  /** Runs outside of the root that were named, by `<environment>/<run id>`. */
  named: ReadonlyMap<string, string>;
  /** The one Allure report over several runs; null when there is none. */
  merged: string | null;
}

/** A run as it stands in a list. */
export interface ListedRun {
  environment: string;
  id: string;
  folder: string;
  /** Null when `run.json` cannot be read; `trouble` says why. */
  description: RunDescription | null;
  /** Null while there are none (it runs, or was interrupted before they were derived), or of an older version. */
  verdicts: Verdicts | null;
  trouble: string | null;
}

/** What names a run on the site and on the command line. */
export function runName({ environment, id }: Pick<ListedRun, 'environment' | 'id'>): string {
  return `${environment}/${id}`;
}

/** Which version of the tool measured a run, and which judged it once one did; null while its description cannot be read. */
export function toolOf({ description, verdicts }: ListedRun): string | null {
  return verdicts === null ? (description?.tool ?? null) : sayTool(verdicts);
}

/** The environments that the site shows, in order of their names. */
export function environmentsOf({ root, environments, named }: SiteSources): string[] {
  const found = environments ?? (existsSync(root) ? readdirSync(root, { withFileTypes: true }) : []).filter((entry) => entry.isDirectory() && runsOf(root, entry.name).length > 0).map(({ name }) => name);
  return [...new Set([...found, ...[...named.keys()].map((name) => name.slice(0, name.lastIndexOf('/')))])].toSorted();
}

/** The folders of an environment's runs by their ids, oldest first. */
export function foldersOf({ root, named }: SiteSources, environment: string): Map<string, string> {
  const below = runsOf(root, environment).map((id): [string, string] => [id, join(root, environment, id)]);
  const outside = [...named].filter(([name]) => name.startsWith(`${environment}/`)).map(([name, folder]): [string, string] => [name.slice(environment.length + 1), folder]);
  return new Map([...below, ...outside].toSorted(([left], [right]) => left.localeCompare(right)));
}

/** The folder of a run by its name; null where the site has none of that name. Names are looked up and never made into paths. */
export function folderOf(sources: SiteSources, name: string): string | null {
  const slash = name.lastIndexOf('/');
  const environment = name.slice(0, Math.max(0, slash));
  return environmentsOf(sources).includes(environment) ? (foldersOf(sources, environment).get(name.slice(slash + 1)) ?? null) : null;
}

/** Reads what a list shows of a run, and no samples; a damaged one is listed with why. */
export function listRun(environment: string, id: string, folder: string): ListedRun {
  try {
    return { environment, id, folder, description: readDescription(folder), verdicts: storedVerdicts(folder), trouble: null };
  } catch (error) {
    return { environment, id, folder, description: null, verdicts: null, trouble: (error as Error).message };
  }
}

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FleetWorld } from './fleet-worlds.ts';
import { followLines, openLines, waitUntil } from './line-file.ts';

/** What a report says of itself, and where it goes. */
export interface ReportPlan {
  name: string;
  /** Stands above the tests. */
  title: string;
  variables: Record<string, string>;
  /** Labels that the tree is made of. */
  groupBy: string[];
  /** What can be switched between; none where there is but one. */
  worlds: FleetWorld[];
  /** The run whose environment's earlier runs are shown. Null: there is no history, and nothing is called new. */
  historyOf: { folder: string; environment: string } | null;
  /** The report, one file. */
  target: string;
}

const planName = 'report.json';
const resultsName = 'results.jsonl';

/** Tells a process that follows the folder what to make, at once and whole. @throws Error of the file system. */
export function writeReportPlan(folder: string, plan: ReportPlan): void {
  const file = join(folder, planName);
  writeFileSync(`${file}.new`, JSON.stringify(plan));
  renameSync(`${file}.new`, file);
}

/**
 * The plan of a folder, as soon as it is there: until then this process stands still.
 *
 * @param parent pid of the process that started this one.
 * @throws Error when the parent is gone.
 */
export function awaitReportPlan(folder: string, parent: number): ReportPlan {
  const file = join(folder, planName);
  waitUntil(() => existsSync(file), parent);
  return JSON.parse(readFileSync(file, 'utf8')) as ReportPlan;
}

/** Where the files of results are named, each when it is whole. */
export interface ResultsList {
  add(path: string): void;
  /** All are there. Without it no report is made. */
  end(): void;
}

/** Begins the list. @throws Error of the file system. */
export function openResultsList(folder: string): ResultsList {
  const lines = openLines(join(folder, resultsName));
  return {
    add: (path) => lines.append(JSON.stringify(path)),
    end() {
      lines.append('null');
      lines.close();
    },
  };
}

/** The files that a list names, in its order; where the next is not there yet, this process stands still until it is. @throws Error when the parent is gone. */
export function* followResults(folder: string, parent: number): Generator<string> {
  const nextLine = followLines(join(folder, resultsName), parent);
  for (;;) {
    const path = JSON.parse(nextLine()) as string | null;
    if (path === null) return;
    yield path;
  }
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FleetWorld } from './fleet-worlds.ts';

/** What a report says of itself, what it is made of, and where it goes. */
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
  /** Folders of results: all that lies in them. */
  results: string[];
  /** The report, one file. */
  target: string;
}

const planName = 'report.json';

/** Tells the process that makes the report what to make. @throws Error of the file system. */
export function writeReportPlan(folder: string, plan: ReportPlan): void {
  writeFileSync(join(folder, planName), JSON.stringify(plan));
}

/** The plan of a folder. @throws Error when there is none. */
export function readReportPlan(folder: string): ReportPlan {
  return JSON.parse(readFileSync(join(folder, planName), 'utf8')) as ReportPlan;
}

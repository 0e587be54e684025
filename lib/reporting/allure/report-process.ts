import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startInFolder } from './folder-program.ts';
import type { FolderProgram } from './folder-program.ts';
import { openResultsList, writeReportPlan } from './report-plan.ts';
import type { ReportPlan } from './report-plan.ts';

/** The process that makes a report of results, while they are written. They are listed in its folder (report-plan.ts), and the list must have its end. */
export interface Generation extends FolderProgram {
  /** Says what to make. */
  begin(plan: ReportPlan): void;
}

/** What a result was made of is thrown away at once: with more room for it than this, MB, the process takes half as much memory again, and no less time. */
const nodeOptions = ['--max-semi-space-size=2'];

/** Starts that process: until it is told what to make, it loads the generator. */
export function startGeneration(): Generation {
  const program = startInFolder(new URL('./generate.ts', import.meta.url), [], undefined, nodeOptions);
  return { ...program, begin: (plan) => writeReportPlan(program.folder, plan) };
}

/** Makes a report of all results that lie in folders. @throws Error with what the generator printed when it failed. */
export async function generateReport(plan: ReportPlan, folders: readonly string[]): Promise<void> {
  const generation = startGeneration();
  try {
    generation.begin(plan);
    const list = openResultsList(generation.folder);
    for (const folder of folders) for (const name of readdirSync(folder)) list.add(join(folder, name));
    list.end();
  } catch (error) {
    await generation.abandon();
    throw error;
  }
  await generation.end();
}

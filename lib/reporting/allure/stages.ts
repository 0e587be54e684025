import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { writeReportPlan } from './report-plan.ts';
import type { ReportPlan } from './report-plan.ts';
import { runNode } from './run-node.ts';

/** What a result is made of is thrown away at once: with more room for it than this, MB, both processes take half as much memory again, and no less time. */
const nodeOptions = ['--max-semi-space-size=2'];

/** Below a run's folder: the results of its tests, as `allure-vitest` writes them. */
export const resultsName = 'allure-results';

/** The Allure report of a run, one file. */
export function allureReportOf(folder: string): string {
  return join(folder, 'allure-report', 'index.html');
}

/** A temporary folder for the plan of a report. */
export interface Stage {
  folder: string;
  remove(): void;
}

/** Makes one. @throws Error of the file system. */
export function openStage(): Stage {
  const folder = mkdtempSync(join(tmpdir(), 'ha-acceptance-allure-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Removes results and report of a run: nothing of an earlier one stands beside what is derived anew. @throws Error of the file system. */
export function removeAllureReport(folder: string): void {
  for (const old of [join(folder, resultsName), dirname(allureReportOf(folder))]) rmSync(old, { recursive: true, force: true });
}

/** Makes the report that a folder plans (report-plan.ts), in a process of its own. @throws Error with what the generator printed when it failed. */
async function makePlanned(stage: string): Promise<void> {
  await runNode(nodeOptions, new URL('./generate.ts', import.meta.url), [stage], stage);
}

/**
 * Makes the Allure report of a run as it is planned (allure-report.ts): `allure-results/` by replaying its tests through vitest and
 * allure-vitest, then `allure-report/index.html`. One process after the other, so that no two of them take memory at the same time. Needs
 * no network.
 *
 * @param stage the folder of the plan.
 * @param folder of results and report, usually the run's own.
 * @throws Error with the output of the process that failed.
 */
export async function finishAllureReport(stage: string, folder: string): Promise<void> {
  await runNode(nodeOptions, new URL('./replay.ts', import.meta.url), [stage, join(folder, resultsName), join(folder, 'charts')], stage);
  await makePlanned(stage);
}

/** Makes a report of results that are there. @throws Error with the output of the generator when it failed. */
export async function generateReport(plan: ReportPlan): Promise<void> {
  const stage = openStage();
  try {
    writeReportPlan(stage.folder, plan);
    await makePlanned(stage.folder);
  } finally {
    stage.remove();
  }
}

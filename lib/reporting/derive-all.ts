import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { writeAtomically } from '../record/atomic-file.ts';
import { auditHeadToKeep } from '../record/audit-head.ts';
import { finishRun } from '../record/run-folder.ts';
import { readRun } from '../record/run-reader.ts';
import type { RunRecord } from '../record/run-reader.ts';
import type { Verdicts } from '../record/types.ts';
import { beginAllureReport } from './allure/allure-report.ts';
import type { AllureReport } from './allure/allure-report.ts';
import { isChart } from './allure/scenario-test.ts';
import { derive } from './derive.ts';
import type { OtherLimits } from './judging-limits.ts';
import { renderJunit } from './junit.ts';
import { writeScenarioFiles } from './scenario-files.ts';
import { renderSummary } from './summary.ts';

export interface DeriveOptions {
  /** Called with a line for people before each part that takes time. */
  onProgress?: (line: string) => void;
  /** Judge by other limits than the run's own, into another folder than the run's: the run's own verdicts stay as they are. */
  rejudge?: OtherLimits & { folder: string };
}

/** Files that were written, absolute. */
export interface DerivedPaths {
  verdicts: string;
  junit: string;
  summary: string;
  charts: string;
  allure: string;
}

export interface Derived {
  verdicts: Verdicts;
  paths: DerivedPaths;
  /** Where the limits that judged come from. */
  limitsFrom: string;
  /** Why the Allure report could not be made; null when it was. Everything else is there all the same. */
  trouble: string | null;
}

/**
 * Derives verdicts and every report from a run's record, in its folder, and makes it the latest run. The verdicts are on disk before
 * the reports are made, and an Allure report that cannot be made takes nothing with it.
 *
 * @throws Error when the record cannot be read or the folder cannot be written.
 */
export async function deriveAll(path: string, options: DeriveOptions = {}): Promise<Derived> {
  const run = readRun(path);
  const folder = options.rejudge?.folder ?? run.folder;
  mkdirSync(folder, { recursive: true });
  const allure = beginAllureReport(folder);
  try {
    return await deriveInto(folder, run, allure, options);
  } catch (error) {
    await allure.abandon();
    throw error;
  }
}

async function deriveInto(folder: string, run: RunRecord, allure: AllureReport, { onProgress = () => undefined, rejudge }: DeriveOptions): Promise<Derived> {
  onProgress('deriving the verdicts from the record');
  const derivation = derive(run, rejudge ?? null);
  const verdicts: Verdicts = { ...derivation.verdicts, audit: auditHeadToKeep(run.folder) };
  const paths = { verdicts: join(folder, 'verdicts.json'), junit: join(folder, 'junit.xml'), summary: join(folder, 'summary.md'), charts: join(folder, 'charts'), allure: join(folder, 'allure-report', 'index.html') };
  writeAtomically(paths.verdicts, `${JSON.stringify(verdicts, null, 2)}\n`);
  writeAtomically(paths.junit, renderJunit(verdicts, derivation.limits));
  if (rejudge === undefined) finishRun(run.folder);
  onProgress('drawing the timelines');
  allure.begin(derivation);
  const charts = new Map<string, string[]>();
  for (const { scenario, files } of writeScenarioFiles(derivation, folder)) {
    charts.set(scenario.facts.id, files.filter(isChart).map((file) => relative(folder, file.path)));
    allure.add(scenario, files);
  }
  writeAtomically(paths.summary, renderSummary(derivation, charts));
  onProgress('making the Allure report');
  const trouble = await allure.finish().then(() => null, (error: Error) => error.message);
  if (trouble !== null) onProgress(trouble);
  return { verdicts, paths, limitsFrom: derivation.limitsFrom, trouble };
}

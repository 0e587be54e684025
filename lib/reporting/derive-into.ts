import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { writeAtomically } from '../record/atomic-file.ts';
import { auditHeadToKeep } from '../record/audit-head.ts';
import { finishRun } from '../record/run-folder.ts';
import { readRun } from '../record/run-reader.ts';
import type { Verdicts } from '../record/types.ts';
import { planAllureReport } from './allure/allure-report.ts';
import { isChart } from './allure/scenario-test.ts';
import { removeAllureReport } from './allure/stages.ts';
import { derive } from './derive.ts';
import type { OtherLimits } from './judging-limits.ts';
import { renderJunit } from './junit.ts';
import { writeScenarioFiles } from './scenario-files.ts';
import { renderSummary } from './summary.ts';

/** What is to be derived, and where to. */
export interface Assignment {
  /** The run's folder. */
  path: string;
  /** Judge by other limits than the run's own, into another folder than the run's: the run's own verdicts stay as they are. */
  rejudge: (OtherLimits & { folder: string }) | null;
  /** The folder of all records: a run of it becomes the latest of its environment. Null: none does. */
  latestBelow: string | null;
  /** A folder for the plan of the Allure report; null: none is to be made. */
  stage: string | null;
}

/** What was derived. */
export interface Written {
  verdicts: Verdicts;
  /** Where everything lies. */
  folder: string;
  /** Where the limits that judged come from. */
  limitsFrom: string;
  /** Why there is no plan of an Allure report, where one is to be made; null when there is one. */
  trouble: string | null;
}

/** Who is told how far it is. */
export interface DeriveWatch {
  onProgress: (line: string) => void;
  onScenario: () => void;
}

/**
 * Derives verdicts, junit.xml, charts, tables and summary from a run's record, in its folder, and plans its
 * Allure report. The verdicts are on disk before anything is drawn.
 *
 * @param watch.onProgress called with a line for people before each part that takes time.
 * @param watch.onScenario called when a scenario is drawn; what it throws ends the work.
 * @throws Error when the record cannot be read or the folder cannot be written.
 */
export function deriveInto({ path, rejudge, latestBelow, stage }: Assignment, { onProgress, onScenario }: DeriveWatch): Written {
  onProgress('deriving the verdicts from the record');
  const run = readRun(path);
  const folder = rejudge?.folder ?? run.folder;
  mkdirSync(folder, { recursive: true });
  const derivation = derive(run, rejudge);
  const verdicts: Verdicts = { ...derivation.verdicts, audit: auditHeadToKeep(run.folder) };
  writeAtomically(join(folder, 'verdicts.json'), `${JSON.stringify(verdicts, null, 2)}\n`);
  writeAtomically(join(folder, 'junit.xml'), renderJunit(verdicts, derivation.limits));
  if (rejudge === null && latestBelow !== null) finishRun(run.folder, latestBelow);
  onProgress('drawing the timelines');
  removeAllureReport(folder);
  const planned = stage === null ? null : planAllureReport(stage, folder, derivation);
  const charts = new Map<string, string[]>();
  for (const { scenario, files } of writeScenarioFiles(derivation, folder)) {
    charts.set(scenario.facts.id, files.filter(isChart).map((file) => relative(folder, file.path)));
    planned?.add(scenario, files);
    onScenario();
  }
  const trouble = planned?.finish() ?? null;
  writeAtomically(join(folder, 'summary.md'), renderSummary(derivation, charts));
  return { verdicts, folder, limitsFrom: derivation.limitsFrom, trouble };
}

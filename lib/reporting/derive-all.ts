import { join } from 'node:path';
import type { Verdicts } from '../record/types.ts';
import { allureReportOf, finishAllureReport, openStage } from './allure/stages.ts';
import type { Assignment } from './derive-into.ts';
import { deriveApart } from './derive-process.ts';

export interface DeriveOptions {
  /** Called with a line for people before each part that takes time. */
  onProgress?: (line: string) => void;
  /** Judge by other limits than the run's own, into another folder than the run's: the run's own verdicts stay as they are. */
  rejudge?: Assignment['rejudge'];
  /** The folder of all records: a run of it becomes the latest of its environment. Null: none does. */
  latestBelow?: string | null;
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
 * Derives verdicts and every report from a run's record, in its folder. The verdicts are on disk before
 * the reports are made, and an Allure report that cannot be made takes nothing with it. It is done by processes of their own, one after
 * the other: none of them takes memory while another does, and this one hardly any.
 *
 * @throws Error when the record cannot be read or the folder cannot be written.
 */
export async function deriveAll(path: string, { onProgress = () => undefined, rejudge = null, latestBelow = null }: DeriveOptions = {}): Promise<Derived> {
  const stage = attempted(openStage);
  try {
    const { verdicts, folder, limitsFrom, trouble } = await deriveApart({ path, rejudge, latestBelow, stage: stage instanceof Error ? null : stage.folder }, onProgress);
    const paths = { verdicts: join(folder, 'verdicts.json'), junit: join(folder, 'junit.xml'), summary: join(folder, 'summary.md'), charts: join(folder, 'charts'), allure: allureReportOf(folder) };
    const unmade = stage instanceof Error ? stage.message : trouble ?? await finish(stage.folder, folder, onProgress);
    if (unmade !== null) onProgress(unmade);
    return { verdicts, paths, limitsFrom, trouble: unmade };
  } finally {
    if (!(stage instanceof Error)) stage.remove();
  }
}

function attempted<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
}

/** Makes the Allure report. Returns why that failed, or null. */
async function finish(stage: string, folder: string, onProgress: (line: string) => void): Promise<string | null> {
  onProgress('making the Allure report');
  return finishAllureReport(stage, folder).then(() => null, (error: Error) => error.message);
}

import { join } from 'node:path';
import { writeAtomically } from '../record/atomic-file.ts';
import { finishRun } from '../record/run-folder.ts';
import { readRun } from '../record/run-reader.ts';
import type { Verdicts } from '../record/types.ts';
import { derive } from './derive.ts';

export interface DeriveOptions {
  /** Called with a line for people before each part that takes time. */
  onProgress?: (line: string) => void;
}

/** Files that were written, absolute. */
export interface DerivedPaths {
  verdicts: string;
  allure: string;
}

/** Derives verdicts and every report from a run's record, in its folder, and makes it the latest run. */
export async function deriveAll(path: string, { onProgress = () => undefined }: DeriveOptions = {}): Promise<{ verdicts: Verdicts; paths: DerivedPaths }> {
  onProgress('deriving the verdicts from the record');
  const { run, verdicts } = derive(readRun(path));
  const paths = { verdicts: join(run.folder, 'verdicts.json'), allure: join(run.folder, 'allure-report', 'index.html') };
  writeAtomically(paths.verdicts, `${JSON.stringify(verdicts, null, 2)}\n`);
  finishRun(run.folder);
  return { verdicts, paths };
}

import { readJudgedRun } from '../reporting/judged-run.ts';
import type { JudgedRun } from '../reporting/judged-run.ts';
import { complain } from './say.ts';

/** Reads runs by their folders as `readJudgedRun` does; says of which the stored verdicts are not believed. @throws Error as it does */
export function readJudged(folders: readonly string[]): JudgedRun[] {
  const runs = folders.map(readJudgedRun);
  for (const { contradicted } of runs) if (contradicted !== undefined) complain(`Reservation: ${contradicted}.`);
  return runs;
}

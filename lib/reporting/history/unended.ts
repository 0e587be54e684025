import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readRun } from '../../record/run-reader.ts';
import type { JudgedRun } from '../judged-run.ts';

/** Names that are said; of more only how many there are. */
const mostNames = 3;

/**
 * Whether a run has no end of its own: it still goes on, or it was killed, which is recorded afterwards at the most. What it did not do
 * says nothing about the cluster. Reads the record of those only whose verdicts say that it is not whole.
 */
export function isUnended({ folder, verdicts }: JudgedRun): boolean {
  if (!verdicts.incomplete) return false;
  const end = existsSync(join(folder, 'run.json')) ? readRun(folder).events.findLast((event) => event.kind === 'run-ended') : undefined;
  return end?.kind !== 'run-ended' || end.reason === 'runner-died';
}

/** That runs without an end are left out, as a clause. */
export function sayUnended(runs: readonly JudgedRun[]): string[] {
  if (runs.length === 0) return [];
  const names = runs.slice(-mostNames).map(({ description }) => description.run);
  const more = runs.length - names.length;
  const [they, are] = runs.length === 1 ? ['it', 'is'] : ['they', 'are'];
  return [`run${runs.length === 1 ? '' : 's'} ${names.join(', ')}${more === 0 ? '' : ` and ${more} earlier`} ${runs.length === 1 ? 'has' : 'have'} no end (killed, or still going on): ${they} ${are} left out of changes and regressions`];
}

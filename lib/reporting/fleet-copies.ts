import { overallVerdict } from '../judgement/overall.ts';
import type { FleetRun } from './allure/fleet-report.ts';
import { recordHashes } from './judged-run.ts';

/** Runs of a fleet, each once. */
export interface DistinctRuns {
  runs: FleetRun[];
  /** What was left out, a sentence each. */
  copies: string[];
}

const nameOf = ({ verdicts: { environment, run } }: FleetRun): string => `${environment}/${run}`;

/** Whether the second of two is judged worse. */
function isWorse({ verdicts: first }: FleetRun, { verdicts: second }: FleetRun): boolean {
  return first.verdict !== second.verdict && overallVerdict([first, second], false) === second.verdict;
}

/**
 * Each run once, wherever its folder lies: a copy is the same run. The first one counts; where a copy is judged worse, because its record
 * is another one, that copy does: nothing is hidden by being named later.
 */
export function distinctRuns(given: readonly FleetRun[]): DistinctRuns {
  const kept = new Map<string, FleetRun>();
  for (const run of given) {
    const before = kept.get(nameOf(run));
    if (before === undefined || isWorse(before, run)) kept.set(nameOf(run), run);
  }
  const runs = [...kept.values()];
  return {
    runs,
    copies: given.filter((run) => !runs.includes(run)).map((run) => {
      const counts = kept.get(nameOf(run)) ?? run;
      const differs = recordHashes(run.folder).events !== recordHashes(counts.folder).events;
      return `${run.folder} is left out as a copy of run ${nameOf(run)}: ${counts.folder} counts${differs ? '. Their events.jsonl differ: one of them is cut off or was changed' : ''}.`;
    }),
  };
}

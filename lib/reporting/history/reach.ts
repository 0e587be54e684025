import { leastFigures } from '../../judgement/difference.ts';
import { leastProbability } from '../../measurement/change-bound.ts';

/** The share of false alarms that is borne: of histories where nothing changes, and of what is told where much does. */
export const falseAlarms = 0.05;

const sayProbability = (p: number): string => String(Number(p.toPrecision(2)));

/** From how many runs on one series can change so that it is found among so many. */
function runsNeeded(series: number): number {
  let runs = 2 * leastFigures;
  while (leastProbability(runs, leastFigures) > falseAlarms / series) runs += 1;
  return runs;
}

/**
 * Why no change of a single measurement could have been found, however large, from the numbers of runs of all that were looked at
 * together: a rank test of few runs cannot be as sure as many measurements ask for. Empty where each could.
 */
export function outOfReach(runs: readonly number[]): string[] {
  const lowest = new Map([...new Set(runs)].map((length) => [length, leastProbability(length, leastFigures)]));
  const needed = falseAlarms / runs.length;
  const blind = runs.filter((length) => (lowest.get(length) ?? 1) > needed);
  if (blind.length === 0) return [];
  const [fewest, most] = [Math.min(...blind), Math.max(...blind)];
  const attained = lowest.get(fewest) ?? 1;
  const together = Math.ceil((attained * runs.length) / falseAlarms);
  const all = blind.length === runs.length ? '' : ` in ${blind.length} of them`;
  return [`with ${runs.length} measurements looked at together and ${fewest === most ? fewest : `${fewest} to ${most}`} runs no change of one measurement alone can be found${all}, however large: its probability is ${sayProbability(attained)} at the least and may be ${sayProbability(needed)}; ${runsNeeded(runs.length)} runs are needed, or ${together} measurements that change together`];
}

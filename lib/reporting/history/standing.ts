import type { ScenarioVerdict, Verdict } from '../../record/types.ts';
import type { JudgedRun } from '../judged-run.ts';
import { verdictWords } from '../words.ts';

/** A row in one run; verdict null: it was not run. */
export interface Night {
  run: JudgedRun;
  scenarios: readonly ScenarioVerdict[];
  verdict: Verdict | null;
}

/** So many runs without a row may be runs of something else, made by hand. */
const leastMissing = 3;

/** Whether a run established something about the row. */
export const tells = ({ verdict }: Pick<Night, 'verdict'>): boolean => verdict === 'pass' || verdict === 'fail';

/** How often which verdict, also none: `8 times inconclusive, 2 times not run`. */
export function sayTimes(nights: readonly Pick<Night, 'verdict'>[]): string {
  const words = nights.map(({ verdict }) => (verdict === null ? 'not run' : verdictWords[verdict].word));
  return [...new Set(words)].map((word) => {
    const count = words.filter((other) => other === word).length;
    return `${count} time${count === 1 ? '' : 's'} ${word}`;
  }).join(', ');
}

/** The most runs in a row that left the row out between two that had it. */
function longestGap(nights: readonly Night[]): number {
  const had = nights.flatMap(({ verdict }, index) => (verdict === null ? [] : [index]));
  return Math.max(0, ...had.slice(1).map((index, place) => index - (had[place] ?? index) - 1));
}

/**
 * The last run that established something about a row, and those after it that did not. Null where the newest did, or none ever. Where
 * the row was not even tried since, only when it was left out at least three times and more often in a row than ever before: a weekly
 * row is no gap in nightly runs.
 */
export function goneSince(nights: readonly Night[]): { last: Night; since: [Night, ...Night[]] } | null {
  const at = nights.findLastIndex(tells);
  const [last, [first, ...more]] = [nights[at], nights.slice(at + 1)];
  if (last === undefined || first === undefined) return null;
  const since: [Night, ...Night[]] = [first, ...more];
  const isTried = since.some(({ verdict }) => verdict !== null);
  if (!isTried && (since.length < leastMissing || since.length <= longestGap(nights))) return null;
  return { last, since };
}

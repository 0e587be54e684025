/** What can be said about two samples of the same measurement. */
export type DifferenceWord = 'different' | 'equivalent' | 'below-resolution' | 'not-enough-data' | 'not-comparable';

/** From how many figures a side on a difference is judged. */
export const leastFigures = 6;

export interface DifferenceFacts {
  /** Figures of each side. */
  n: readonly [number, number];
  /** How far the second lies above the first, with its 95 % interval; null where it could not be calculated. */
  shift: { estimate: number; lo: number | null; hi: number | null } | null;
  /** The smallest difference that the measurements can tell, in the unit of the shift. */
  resolution: number;
  /** The largest difference that nobody would mind, declared before; null: none was. */
  margin: number | null;
}

export interface DifferenceVerdict {
  word: DifferenceWord;
  /** Why, as a clause for people. */
  because: string;
}

/**
 * Says whether two samples differ. `equivalent`: the whole interval of the shift lies within the margin (two one-sided tests, each at
 * 2.5 %: Schuirmann 1987, with the wider interval). `different`: the interval leaves zero out and the shift is at least what can be
 * measured; how it stands to a margin is said with it. `below-resolution`: any difference is smaller than what can be measured.
 */
export function judgeDifference({ n, shift, resolution, margin }: DifferenceFacts): DifferenceVerdict {
  const few = Math.min(...n);
  if (few < leastFigures) return { word: 'not-enough-data', because: `${few} figure${few === 1 ? '' : 's'} on one side, ${leastFigures} are needed` };
  if (shift === null || shift.lo === null || shift.hi === null) return { word: 'not-enough-data', because: 'the figures allow no interval' };
  const { estimate, lo, hi } = shift;
  const within = (bound: number): boolean => lo >= -bound && hi <= bound;
  if (margin !== null && margin >= resolution && within(margin)) return { word: 'equivalent', because: 'the whole interval lies within the margin that was declared' };
  if (within(resolution)) return { word: 'below-resolution', because: `any difference is smaller than what can be measured${margin !== null && margin < resolution ? ', and the margin is finer than that' : ''}` };
  if (lo <= 0 && hi >= 0) return { word: 'not-enough-data', because: margin === null ? 'the interval holds zero, and no margin of equivalence was declared' : 'the interval holds zero and reaches beyond the margin' };
  if (Math.abs(estimate) < resolution) return { word: 'below-resolution', because: 'the interval leaves zero out, but the difference is smaller than what can be measured' };
  if (margin === null) return { word: 'different', because: 'the interval leaves zero out' };
  const beyond = lo > margin || hi < -margin;
  return { word: 'different', because: beyond ? 'by more than the margin' : 'the interval leaves zero out; that it is more than the margin is not shown' };
}

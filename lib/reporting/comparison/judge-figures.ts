import { judgeDifference } from '../../judgement/difference.ts';
import type { DifferenceVerdict } from '../../judgement/difference.ts';
import { sayValue } from '../../judgement/wording.ts';
import { shiftBetween } from '../../measurement/shift.ts';
import type { Shift } from '../../measurement/shift.ts';

/** Between which ends a figure lies, ms. */
export interface Bounds {
  lo: number;
  hi: number;
}

/** From so many times the resolution on, the middle of a figure says little about it: its prober was blind for a while, or a phase was seen late. */
const wideFrom = 2;

const middle = ({ lo, hi }: Bounds): number => (lo + hi) / 2;

/**
 * What the figures of two sides say about each other. Middles stand for them, since errors within a usual width even out. Those of wide
 * figures do not, because what made them wide may be the same each time: a conclusion counts only where it is the same with all of them
 * at the ends that speak most for it and most against it.
 *
 * @param facts.resolution the smallest difference that can be told, ms.
 * @param facts.margin of equivalence, ms; null: none was declared.
 */
export function judgeFigures(one: readonly Bounds[], other: readonly Bounds[], { resolution, margin }: { resolution: number; margin: number | null }): DifferenceVerdict & { shift: Shift | null } {
  const judge = (shift: Shift | null): DifferenceVerdict => judgeDifference({ n: [one.length, other.length], shift, resolution, margin });
  const shift = shiftBetween(one.map(middle), other.map(middle));
  const verdict = judge(shift);
  const isWide = ({ lo, hi }: Bounds): boolean => hi - lo > wideFrom * resolution;
  const wide = [...one, ...other].filter(isWide);
  if (wide.length === 0 || shift === null || verdict.word === 'not-enough-data') return { ...verdict, shift };
  const at = (end: keyof Bounds) => (figure: Bounds): number => (isWide(figure) ? figure[end] : middle(figure));
  const extremes = [shiftBetween(one.map(at('hi')), other.map(at('lo'))), shiftBetween(one.map(at('lo')), other.map(at('hi')))];
  const holds = extremes.every((extreme) => judge(extreme).word === verdict.word && (verdict.word !== 'different' || Math.sign(extreme?.estimate ?? 0) === Math.sign(shift.estimate)));
  if (holds) return { ...verdict, shift };
  const widest = Math.max(...wide.map(({ lo, hi }) => hi - lo));
  return { shift, word: 'not-enough-data', because: `${wide.length} of the figures ${wide.length === 1 ? 'is' : 'are'} so wide (up to ${sayValue(widest, 'ms')}) that their other ends allow another conclusion` };
}

import { sayValue } from '../../judgement/wording.ts';
import type { MeasurementName, PhaseName, RowName } from '../../record/types.ts';
import type { CellPair, CellSide, ComparedCell, EffectKey } from './comparison-schema.ts';
import { judgeFigures } from './judge-figures.ts';
import type { Bounds } from './judge-figures.ts';
import { gaveNone, judgeSamples, sayMany } from './samples.ts';

/** Margins of equivalence, ms: by `<row>.<measurement or phase>`, by `<measurement or phase>`, or for all (`*`); the closest counts. */
export type Margins = Readonly<Record<string, number>>;

/** The margin that was declared for a measurement or a phase of a row; null: none. */
export function marginFor(margins: Margins, row: RowName, what: MeasurementName | PhaseName): number | null {
  return margins[`${row}.${what}`] ?? margins[what] ?? margins['*'] ?? null;
}

/** A row in words: `node-failure of web (worker)`. */
export function sayEffect({ row, variant, guest, role }: EffectKey): string {
  const of = guest === null ? '' : ` of ${guest}`;
  const which = [...new Set([variant, role])].filter((part) => part !== null);
  return `${row}${of}${which.length === 0 ? '' : ` (${which.join(', ')})`}`;
}

/** A cell in words: `node-failure of web (worker): outage by icmp`. */
export function sayCell(cell: EffectKey & Pick<ComparedCell, 'measurement' | 'of' | 'probe' | 'moves'>): string {
  const { guest, measurement, of, probe, moves } = cell;
  return `${sayEffect(cell)}: ${measurement}${of === null || of === guest ? '' : ` of ${of}`}${probe === null ? '' : ` by ${probe}`}${moves ? ', each move' : ''}`;
}

/** The figures of a side; one that had no end is at least as long as it was seen to be. */
const boundsOf = ({ figures }: CellSide): Bounds[] => figures.map(({ lo, hi }) => ({ lo, hi: hi ?? lo }));

/**
 * Why the periods of two sides forbid a comparison: an outage shorter than a period may go unseen, so a side that was sampled more
 * coarsely is compared only where every figure is longer than its period. Null: they do not.
 */
function periodsForbid(first: CellSide, second: CellSide): string | null {
  if (first.periodMs === null || second.periodMs === null || first.periodMs === second.periodMs) return null;
  const coarser = Math.max(first.periodMs, second.periodMs);
  const short = [...first.figures, ...second.figures].some(({ lo }) => lo < coarser);
  return short ? `one side was sampled every ${first.periodMs} ms and the other every ${second.periodMs} ms, and outages are shorter than that: the coarser one would not see all of them` : null;
}

/**
 * By how much at least, ms, the side whose figures had no end lies above the other one, each of them taken as no longer than it was seen
 * to be. Null: that much is not shown, or both sides have such figures.
 */
function leastDifference(one: CellSide, other: CellSide, resolution: number): number | null {
  if (one.unended > 0 && other.unended > 0) return null;
  const [above, below] = one.unended > 0 ? [one, other] : [other, one];
  const { word, shift } = judgeFigures(boundsOf(below), boundsOf(above), { resolution, margin: null });
  return word === 'different' && shift !== null && shift.lo !== null && shift.lo > 0 ? shift.lo : null;
}

export interface PairContext {
  names: readonly string[];
  margins: Margins;
  /** Why the guest of a cell is not the same on two sides; null: nothing is known against it. */
  guestsDiffer: (guest: string | null, first: number, second: number) => string | null;
}

/** What a cell says about two of its sides. */
export function judgePair(cell: Omit<ComparedCell, 'pairs'>, first: number, second: number, { names, margins, guestsDiffer }: PairContext): CellPair {
  const [one, other] = [cell.sides[first], cell.sides[second]];
  const [name = '', otherName = ''] = [names[first], names[second]];
  const margin = marginFor(margins, cell.row, cell.measurement);
  const say = (word: CellPair['word'], because: string, more: Partial<CellPair> = {}): CellPair => ({ first, second, word, because, shift: null, resolution: null, margin, sentence: `${sayCell(cell)}: ${because}.`, ...more });
  if (one === undefined || other === undefined) return say('not-comparable', 'a side is missing');
  const both = [{ side: one, of: name }, { side: other, of: otherName }];
  for (const { side, of } of both) if (side.missing !== null) return say('not-comparable', `${of} has no figure: ${side.missing.replace(/\.$/, '')}`);
  const forbidden = guestsDiffer(cell.of ?? cell.guest, first, second) ?? periodsForbid(one, other);
  if (forbidden !== null) return say('not-comparable', forbidden);
  const resolution = Math.max(one.resolution, other.resolution);
  const unended = both.flatMap(({ side, of }) => (side.unended > 0 ? [`${side.unended} of ${side.n} on ${of} had no end`] : []));
  if (unended.length > 0) {
    const least = leastDifference(one, other, resolution);
    const longer = one.unended > 0 ? name : otherName;
    if (least === null) return say('not-enough-data', unended.join('; '), { resolution });
    return say('different', `${unended.join('; ')}; ${longer} longer by at least ${sayValue(least, 'ms')}: different, even if those had ended when they were last seen`, { resolution });
  }
  return { first, second, margin, ...judgeSamples(sayCell(cell), [{ name, figures: boundsOf(one), many: sayMany(one), without: gaveNone(one) }, { name: otherName, figures: boundsOf(other), many: sayMany(other), without: gaveNone(other) }], { resolution, margin, above: 'longer' }) };
}

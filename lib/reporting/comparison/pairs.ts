import { judgeDifference } from '../../judgement/difference.ts';
import { sayValue } from '../../judgement/wording.ts';
import { shiftBetween } from '../../measurement/shift.ts';
import type { MeasurementName, RowName } from '../../record/types.ts';
import type { CellPair, CellSide, ComparedCell, EffectKey } from './comparison-schema.ts';

/** Margins of equivalence, ms: by `<row>.<measurement>`, by `<measurement>`, or for all (`*`); the closest counts. */
export type Margins = Readonly<Record<string, number>>;

/** The margin that was declared for a measurement of a row; null: none. */
export function marginFor(margins: Margins, row: RowName, measurement: MeasurementName): number | null {
  return margins[`${row}.${measurement}`] ?? margins[measurement] ?? margins['*'] ?? null;
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

/** A shift with its interval in words, without a sign: `12.2 s (95 %: 11-13.5 s)`. */
function sayShift({ estimate, lo, hi }: { estimate: number; lo: number | null; hi: number | null }): string {
  const sign = estimate < 0 ? -1 : 1;
  const [low, high] = sign < 0 ? [hi, lo] : [lo, hi];
  const say = (value: number): string => `${value < 0 ? '-' : ''}${sayValue(Math.abs(value), 'ms')}`;
  return `${say(Math.abs(estimate))}${low === null || high === null ? '' : ` (95 %: ${say(sign * low)} to ${say(sign * high)})`}`;
}

/** How many figures, and of how many runs where that is not the same: figures of one run share its conditions. */
const sayMany = ({ n, runs }: CellSide): string => (n === runs ? String(n) : `${n} in ${runs} run${runs === 1 ? '' : 's'}`);

const middles = ({ figures }: CellSide): number[] => figures.flatMap(({ lo, hi }) => (hi === null ? [] : [(lo + hi) / 2]));

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
  if (unended.length > 0) return say('not-enough-data', unended.join('; '), { resolution });
  const shift = shiftBetween(middles(one), middles(other));
  const { word, because } = judgeDifference({ n: [one.n, other.n], shift, resolution, margin });
  const medians = `${name} ${sayValue(one.median ?? 0, 'ms')}, ${otherName} ${sayValue(other.median ?? 0, 'ms')} (medians of ${sayMany(one)} and ${sayMany(other)})`;
  const longer = shift === null ? '' : `; ${shift.estimate < 0 ? name : otherName} longer by ${sayShift(shift)}`;
  const conclusion = { different: 'different', equivalent: `equivalent within ${sayValue(margin ?? 0, 'ms')}`, 'below-resolution': `below resolution (${sayValue(resolution, 'ms')})`, 'not-enough-data': 'not enough data', 'not-comparable': 'not comparable' }[word];
  return say(word, because, { shift, resolution, sentence: `${sayCell(cell)}: ${medians}${longer}: ${conclusion}, ${because}.` });
}

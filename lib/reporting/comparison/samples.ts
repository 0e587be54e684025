import { sayValue } from '../../judgement/wording.ts';
import { median } from '../../measurement/statistics.ts';
import type { CellPair, CellSide, ComparedCell } from './comparison-schema.ts';
import { judgeFigures } from './judge-figures.ts';
import type { Bounds } from './judge-figures.ts';

/** A shift with its interval in words, without a sign: `12.2 s (95 %: 11-13.5 s)`. */
export function sayShift({ estimate, lo, hi }: { estimate: number; lo: number | null; hi: number | null }): string {
  const sign = estimate < 0 ? -1 : 1;
  const [low, high] = sign < 0 ? [hi, lo] : [lo, hi];
  const say = (value: number): string => `${value < 0 ? '-' : ''}${sayValue(Math.abs(value), 'ms')}`;
  return `${say(Math.abs(estimate))}${low === null || high === null ? '' : ` (95 %: ${say(sign * low)} to ${say(sign * high)})`}`;
}

/** The conclusions as people read them. */
export const conclusionWords = { different: 'different', equivalent: 'equivalent', 'below-resolution': 'below resolution', 'not-enough-data': 'not enough data', 'not-comparable': 'not comparable' } as const;

/** The periods of the probes that figures of cells rest on, ms. */
export function periodsIn(cells: readonly Pick<ComparedCell, 'sides'>[]): number[] {
  return [...new Set(cells.flatMap(({ sides }) => sides.flatMap(({ periodMs }) => periodMs ?? [])))].toSorted((one, other) => one - other);
}

/** How many scenarios of a side were to give a figure and gave none; those that do not apply to its platform are none of them. */
export function gaveNone({ holes }: Pick<CellSide, 'holes'>): number {
  return holes.filter(({ verdict }) => verdict !== 'not-applicable').length;
}

/** How many figures, of how many scenarios, and of how many runs where that is not the same: figures of one run share its conditions. */
export function sayMany({ n, runs, figures, holes }: Pick<CellSide, 'n' | 'runs' | 'figures' | 'holes'>): string {
  const [without, scenarios] = [gaveNone({ holes }), new Set(figures.map(({ run, scenario }) => `${run} ${scenario}`)).size];
  return `${n}${without > 0 && scenarios === n ? ` of ${n + without}` : ''}${n === runs ? '' : ` in ${runs} run${runs === 1 ? '' : 's'}`}`;
}

/** Figures of one side, ms: what the side is called, how many there are, in words, and how many scenarios gave none. */
export interface Samples {
  name: string;
  figures: readonly Bounds[];
  many: string;
  without: number;
}

interface JudgedSamples {
  word: CellPair['word'];
  because: string;
  shift: CellPair['shift'];
  resolution: number;
  sentence: string;
}

/** What the figures of two sides say about each other. `what` is what they are of, `above` what the side with the greater ones is. */
export function judgeSamples(what: string, [one, other]: readonly [Samples, Samples], { resolution, margin, above }: { resolution: number; margin: number | null; above: 'longer' | 'later' }): JudgedSamples {
  const { shift: found, word, because } = judgeFigures(one.figures, other.figures, { resolution, margin });
  const medianOf = ({ figures }: Samples): number => median(figures.map(({ lo, hi }) => (lo + hi) / 2)) ?? 0;
  const medians = `${one.name} ${sayValue(medianOf(one), 'ms')}, ${other.name} ${sayValue(medianOf(other), 'ms')} (medians of ${one.many} and ${other.many}${[one, other].map(({ name, without }) => (without === 0 ? '' : `; ${without} on ${name} gave none`)).join('')})`;
  const greater = found === null || found.estimate === 0 ? '' : `; ${found.estimate < 0 ? one.name : other.name} ${above} by ${sayShift(found)}`;
  const conclusion = `${conclusionWords[word]}${word === 'equivalent' ? ` within ${sayValue(margin ?? 0, 'ms')}` : word === 'below-resolution' && resolution > 0 ? ` (${sayValue(resolution, 'ms')})` : ''}`;
  return { word, because, shift: found, resolution, sentence: `${what}: ${medians}${greater}: ${conclusion}, ${because}.` };
}

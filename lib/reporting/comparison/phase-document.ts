import { sayValue } from '../../judgement/wording.ts';
import { renderPhaseStack } from '../charts/phase-stack.ts';
import type { Block } from '../document.ts';
import type { ComparedPhases, Comparison, PhasePair } from './comparison-schema.ts';
import { firstDifference, sayRecoveries } from './phase-pairs.ts';
import { conclusionWords, periodsIn, sayShift } from './samples.ts';

/** Each two sides whose recoveries differ, with the first phase that does. */
export function phaseConclusions({ phases }: Pick<Comparison, 'phases'>): string[] {
  return phases.flatMap((effect) => {
    const couples = [...new Map(effect.pairs.map(({ first, second }) => [`${first} ${second}`, [first, second] as const])).values()];
    return couples.flatMap(([first, second]) => firstDifference(effect, first, second) ?? []);
  });
}

/** Whether two sides have recoveries of an effect at all. */
const shared = ({ sides }: ComparedPhases, { first, second }: PhasePair): boolean => [first, second].every((index) => (sides[index]?.n ?? 0) > 0);

function row(effect: ComparedPhases, { phase, first, second, n, reached, medians, shift, margin, word, because }: PhasePair, names: readonly string[]): string[] {
  const [one = '', other = ''] = [first, second].map((index) => names[index] ?? '');
  const [side = '', otherSide = ''] = medians.map((median, index) => `${median === null ? 'none' : sayValue(median, 'ms')}; n = ${reached[index] === n[index] ? '' : `${reached[index] ?? 0} of `}${n[index] ?? 0}`);
  return [sayRecoveries(effect), phase, `${one}: ${side}`, `${other}: ${otherSide}`, shift === null ? '-' : shift.estimate === 0 ? 'none' : `${shift.estimate < 0 ? one : other} later by ${sayShift(shift)}`, `${conclusionWords[word]}${word === 'equivalent' ? ` within ${sayValue(margin ?? 0, 'ms')}` : ''}: ${because}`];
}

function lacking({ phases, sides }: Comparison): string[] {
  return phases.flatMap((effect) => effect.sides.flatMap(({ n }, index) => (n > 0 ? [] : [`${sayRecoveries(effect)}: ${sides[index]?.name ?? ''} has no such recovery.`])));
}

/** The recoveries side by side as a chart, and what each phase says as a table. */
export function phaseBlocks(comparison: Comparison): Block[] {
  const { phases } = comparison;
  const names = comparison.sides.map(({ name }) => name);
  const title = 'Phases of the recoveries, side by side';
  const stack = renderPhaseStack(phases.flatMap((effect) => effect.sides.map((side, index) => ({ id: `${sayRecoveries(effect)}, ${names[index] ?? ''} (n = ${side.n}${side.without === 0 ? '' : `, ${side.without} gave none`})`, phases: side.phases, accounts: [] }))), title, { periodsMs: periodsIn(comparison.cells), medians: true });
  if (phases.length === 0) return [];
  const conclusions = phaseConclusions(comparison);
  const rows = phases.flatMap((effect) => effect.pairs.filter((pair) => shared(effect, pair)).map((pair) => row(effect, pair, names)));
  return [
    { heading: 'Phases of the recoveries' },
    { text: 'Medians of when each phase was reached since the fault was commanded; a phase that some recovery did not reach is left out of the chart and is not judged.' },
    ...(stack === null ? [] : [{ chart: { name: 'phases.svg', title, svg: stack } }]),
    ...(rows.length === 0 ? [] : [conclusions.length === 0 ? { text: 'No phase is shown to differ.' } : { list: conclusions }]),
    { table: { head: ['Recovery', 'Phase', 'One side', 'Other side', 'Difference', 'Conclusion'], rows } },
    { list: lacking(comparison) },
  ];
}

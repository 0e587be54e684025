import { median } from '../../measurement/statistics.ts';
import { phaseNames } from '../../record/types.ts';
import type { PhaseName, ScenarioVerdict } from '../../record/types.ts';
import type { ComparedPhases, PhasePair } from './comparison-schema.ts';
import { marginFor, sayEffect } from './pairs.ts';
import type { PairContext } from './pairs.ts';
import { judgeSamples } from './samples.ts';

/** One recovery, of which run, and the role of the node that its fault was aimed at. */
export interface Recovered {
  phases: ScenarioVerdict['phases'];
  role: string | null;
  run: string;
}

/** The recoveries of one side, and how many scenarios left none although they were to. */
export interface RecoveredSide {
  recoveries: Recovered[];
  without: number;
}

type Shown = Omit<ComparedPhases, 'pairs'>;

/** What recoveries are of, in words: `network-partition of web (worker)`, `network-partition of web, nodes of any role`. */
export function sayRecoveries(effect: Shown): string {
  return `${sayEffect(effect)}${effect.sides.every(({ roles }) => roles === null) ? '' : ', nodes of any role'}`;
}

/** Between which moments each recovery reached a phase; those that did not are left out. */
function reachedAt(recoveries: readonly Recovered[], name: PhaseName): { lo: number; hi: number }[] {
  return recoveries.flatMap(({ phases }) => phases.flatMap((phase) => (phase.name === name && phase.hi !== null ? [{ lo: phase.lo, hi: phase.hi }] : [])));
}

/** The role that more than half of the recoveries are of; null where none is. */
function mostly(recoveries: readonly Recovered[]): string | null {
  return recoveries.map(({ role }) => role).find((role) => recoveries.filter((one) => one.role === role).length * 2 > recoveries.length) ?? null;
}

const sayRecovered = (side: readonly Recovered[]): string => {
  const runs = new Set(side.map(({ run }) => run)).size;
  return runs === side.length ? String(side.length) : `${side.length} in ${runs} run${runs === 1 ? '' : 's'}`;
};

/**
 * What each phase says about two sides: its moment is the middle of its bounds, its resolution their usual width on the side where they
 * are wider, and it counts only where every recovery of both reached it.
 */
export function judgePhases(shown: Shown, recovered: readonly RecoveredSide[], [first, second]: readonly [number, number], { names, margins, guestsDiffer }: PairContext): PhasePair[] {
  const both = [first, second].map((index) => ({ side: recovered[index]?.recoveries ?? [], without: recovered[index]?.without ?? 0, name: names[index] ?? '', roles: shown.sides[index]?.roles ?? null }));
  const [one, other] = both;
  if (one === undefined || other === undefined) return [];
  const seen = phaseNames.filter((name) => both.some(({ side }) => reachedAt(side, name).length > 0));
  return seen.map((name): PhasePair => {
    const moments = both.map(({ side }) => reachedAt(side, name));
    const middles = moments.map((ends) => ends.map(({ lo, hi }) => (lo + hi) / 2));
    const resolution = Math.max(...moments.map((ends) => median(ends.map(({ lo, hi }) => hi - lo)) ?? 0));
    const margin = marginFor(margins, shown.row, name);
    const what = `${sayRecoveries(shown)}: ${name}`;
    const about = { first, second, phase: name, margin, n: both.map(({ side }) => side.length), reached: moments.map(({ length }) => length), medians: middles.map((of) => median(of)) };
    const say = (word: PhasePair['word'], because: string): PhasePair => ({ ...about, word, because, shift: null, resolution, sentence: `${what}: ${because}.` });
    const none = both.find(({ side }) => side.length === 0);
    if (none !== undefined) return say('not-comparable', `${none.name} has no such recovery`);
    const forbidden = guestsDiffer(shown.guest, first, second);
    if (forbidden !== null) return say('not-comparable', forbidden);
    if (one.roles !== null && (mostly(one.side) === null || mostly(one.side) !== mostly(other.side))) return say('not-comparable', `the nodes have other roles: ${both.map(({ name: of, roles }) => `${roles ?? ''} on ${of}`).join('; ')}`);
    const missed = both.flatMap(({ side, name: of }, index) => (about.reached[index] === side.length ? [] : [`${side.length - (about.reached[index] ?? 0)} of ${side.length} on ${of} did not reach it, or nobody saw it`]));
    if (missed.length > 0) return say('not-enough-data', missed.join('; '));
    const many = (of: typeof one): string => `${sayRecovered(of.side)}${of.roles === null ? '' : `: ${of.roles}`}`;
    return { ...about, ...judgeSamples(what, [{ name: one.name, figures: moments[0] ?? [], many: many(one), without: one.without }, { name: other.name, figures: moments[1] ?? [], many: many(other), without: other.without }], { resolution, margin, above: 'later' }) };
  });
}

/** Where recoveries of two sides begin to differ: the first phase that is judged different, in a sentence. Null: no phase is. */
export function firstDifference(effect: ComparedPhases, first: number, second: number): string | null {
  const pairs = effect.pairs.filter((pair) => pair.first === first && pair.second === second);
  const found = pairs.find(({ word }) => word === 'different');
  if (found === undefined) return null;
  const before = pairs.slice(0, pairs.indexOf(found));
  const clear = before.filter(({ word }) => word === 'equivalent' || word === 'below-resolution');
  return `The first phase that makes a difference is ${found.phase}${before.length === 0 ? '' : `, after ${clear.length} of ${before.length} earlier one${before.length === 1 ? '' : 's'} without a difference that can be told`}. ${found.sentence}`;
}

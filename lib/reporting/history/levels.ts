import { leastFigures } from '../../judgement/difference.ts';
import { changePoint, sharpened } from '../../measurement/change-point.ts';
import type { ChangePoint } from '../../measurement/change-point.ts';
import { levelShift, middlesOf } from './level-shift.ts';
import type { Figure, LevelShift } from './level-shift.ts';
import { falseAlarms } from './reach.ts';

/** The strongest change of a series, and the probability that one like it is there by chance. */
export interface Candidate {
  change: ChangePoint;
  p: number;
}

/** A moment at which the level changed: index of the first figure after it, and how the levels next to it stand to each other. */
export interface Boundary {
  at: number;
  p: number;
  level: LevelShift;
}

/** Levels of a series in order of time: the boundaries between them, and those that wide figures leave open. */
export interface Levels {
  told: Boundary[];
  blurred: Boundary[];
}

const parts = (figures: readonly Figure[], at: number): [Figure[], Figure[]] => [figures.slice(0, at), figures.slice(at)];

/** The strongest change of values; its probability as it is where it is low enough already, else counted exactly. */
function strongest(values: readonly number[], alarm: number): ChangePoint | null {
  const change = changePoint(values, leastFigures);
  return change === null || change.p <= alarm ? change : sharpened(values, change, leastFigures);
}

/** The probability of a change where the wide figures count by the end that speaks against it. */
function surelyP({ against }: LevelShift, alarm: number): number {
  return strongest(against, alarm)?.p ?? 1;
}

/** Two levels; what stands by the middles of wide figures alone, or is more likely by chance than `alarm` without them, is blurred. */
function levelBetween(before: readonly Figure[], after: readonly Figure[], alarm: number): LevelShift | null {
  const level = levelShift(before, after);
  return level?.is === 'told' && level.wide.count > 0 && surelyP(level, alarm) > alarm ? { ...level, is: 'blurred' } : level;
}

/**
 * The strongest change; with a probability that is above `alarm` counted exactly. Where wide figures are among the others, its
 * probability is that by the ends that speak against it, or that of what lies on either side of it, for as many looks.
 */
export function candidateOf(figures: readonly Figure[], alarm = 1): Candidate | null {
  const change = strongest(middlesOf(figures), alarm);
  if (change === null) return null;
  const [before, after] = parts(figures, change.at);
  const level = levelShift(before, after);
  if (level === null || level.wide.count === 0 || change.p > falseAlarms) return { change, p: change.p };
  const looks = [level.is === 'told' ? surelyP(level, alarm) : 1, ...[before, after].flatMap((side) => candidateOf(side, alarm)?.p ?? [])];
  return { change, p: Math.min(1, Math.max(change.p, looks.length * Math.min(...looks))) };
}

/** The same with a probability that is above `alarm` counted exactly, unless it is much too high for that to help. */
export function sharpenedCandidate(figures: readonly Figure[], candidate: Candidate, alarm: number): Candidate {
  return candidate.p <= alarm || candidate.p > falseAlarms ? candidate : (candidateOf(figures, alarm) ?? candidate);
}

/** Changes from the left to the right: the strongest, then what lies on either side of it. */
function changesWithin(figures: readonly Figure[], alarm: number, first: ChangePoint | null): ChangePoint[] {
  const found = first ?? strongest(middlesOf(figures), alarm);
  if (found === null || (first === null && found.p > alarm)) return [];
  const [before, after] = parts(figures, found.at);
  if ((levelBetween(before, after, alarm)?.is ?? 'nothing') === 'nothing') return [];
  return [...changesWithin(before, alarm, null), found, ...changesWithin(after, alarm, null).map((change) => ({ ...change, at: change.at + found.at }))];
}

/** Each change between the levels next to it. One that does not stand between them goes, the smallest first, and its levels are one. */
function settled(figures: readonly Figure[], changes: readonly ChangePoint[], alarm: number, blurred: Boundary[] = []): Levels {
  const boundaries = changes.flatMap(({ at, p }, place): Boundary[] => {
    const level = levelBetween(figures.slice(changes[place - 1]?.at ?? 0, at), figures.slice(at, changes[place + 1]?.at), alarm);
    return level === null ? [] : [{ at, p, level }];
  });
  const [weakest] = boundaries.filter(({ level }) => level.is !== 'told').toSorted((one, other) => Math.abs(one.level.shift.estimate) - Math.abs(other.level.shift.estimate));
  if (weakest === undefined) return { told: boundaries, blurred };
  return settled(figures, changes.filter(({ at }) => at !== weakest.at), alarm, weakest.level.is === 'blurred' ? [...blurred, weakest] : blurred);
}

/** The levels of a series, its strongest change given, with all changes that are at most as likely by chance as `alarm`. */
export function levelsOf(figures: readonly Figure[], alarm: number, { change }: Candidate): Levels {
  return settled(figures, changesWithin(figures, alarm, change), alarm);
}

/** The earlier level that the newest one is worse than although the latest change was for the better, and where it was left. */
export interface StillWorse extends Boundary {
  /** The figures of the earlier level. */
  before: Figure[];
  after: Figure[];
}

/**
 * Holds the newest level against the lowest before it. Null where the latest change made it worse, which is told as such, and where it
 * is as good again. Its probability is for as many looks as there are earlier levels, twice, as a
 * second question to a series that was found already.
 */
export function stillWorse(figures: readonly Figure[], told: readonly Boundary[], alarm: number): StillWorse | null {
  const latest = told.at(-1);
  if (latest === undefined || latest.level.shift.estimate > 0) return null;
  const starts = [0, ...told.map(({ at }) => at)];
  const earlier = starts.slice(0, -1).map((start, place) => ({ figures: figures.slice(start, starts[place + 1]), left: starts[place + 1] ?? 0 }));
  const medianOf = ({ left }: { left: number }): number => told.find(({ at }) => at === left)?.level.medians.before ?? 0;
  const [best] = earlier.toSorted((one, other) => medianOf(one) - medianOf(other));
  const after = figures.slice(latest.at);
  const level = best === undefined ? null : levelBetween(best.figures, after, alarm);
  if (best === undefined || level === null || level.is !== 'told' || level.shift.estimate < 0) return null;
  const p = strongest(middlesOf([...best.figures, ...after]), alarm)?.p ?? 1;
  return { at: best.left, p: Math.min(1, 2 * earlier.length * p), level, before: best.figures, after };
}

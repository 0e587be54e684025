import { leastFigures } from '../../judgement/difference.ts';
import { sayValue } from '../../judgement/wording.ts';
import { discoveryThreshold } from '../../measurement/discoveries.ts';
import { blindAlongside, changedNear, reach } from './alongside.ts';
import type { HistoryChange, HistoryStanding } from './history-schema.ts';
import { knownIssueFor } from './known-issue.ts';
import type { DeclaredIssue } from './known-issue.ts';
import { candidateOf, levelsOf, sharpenedCandidate, stillWorse } from './levels.ts';
import type { Boundary, StillWorse } from './levels.ts';
import { figuresOf, levelShift } from './level-shift.ts';
import type { Figure, LevelShift } from './level-shift.ts';
import { falseAlarms, outOfReach } from './reach.ts';
import { saySeries } from './series.ts';
import type { Series } from './series.ts';
import { apartFromAll } from './ways.ts';

interface Known {
  issues: readonly DeclaredIssue[];
  /** `YYYY-MM-DD`, UTC. */
  today: string;
}

/** A series with its figures that have an end. */
interface Looked {
  series: Series;
  figures: Figure[];
}

/** Why no change can be looked for in a series; null: it can. */
export function tooShort(series: Series): string | null {
  const { length } = figuresOf(series);
  return length >= 2 * leastFigures ? null : `${length} run${length === 1 ? '' : 's'} with a figure, ${2 * leastFigures} are needed: ${leastFigures} before and ${leastFigures} after a change`;
}

const sayMs = (value: number): string => sayValue(Math.abs(value), 'ms');

const sayWay = ({ shift: { estimate } }: LevelShift): string => `${estimate > 0 ? 'longer' : 'shorter'} by ${sayMs(estimate)}`;

/** The wide figures among others in words: `10 of 24 figures are wider than 40 ms (up to 20 s)`. */
const sayWide = ({ wide: { count, overMs, widestMs }, against }: LevelShift): string => `${count} of ${against.length} figures ${count === 1 ? 'is' : 'are'} wider than ${sayMs(overMs)} (up to ${sayMs(widestMs)})`;

const sayAlongside = (clauses: readonly string[]): string => (clauses.length === 0 ? `; nothing else that is recorded changed within ${reach} runs of it` : `; what changed with it, within ${reach} runs: ${clauses.join(', ')}`);

/** What a change and a regression that still stands have in common; `told` is what it is, in words. */
function describe({ series, figures }: Looked, { at, p, level }: Boundary, [before, after]: readonly [readonly Figure[], readonly Figure[]], { issues, today }: Known, told: string): Omit<HistoryStanding, 'before'> & { before: string } {
  const { shift, medians, wide } = level;
  const [last, first] = [figures[at - 1], figures[at]];
  const alongside = [...changedNear(figures.map(({ run }) => run), at), ...blindAlongside(before, after, level.resolution)];
  const known = shift.estimate > 0 ? knownIssueFor(issues, series.key, series.key.measurement, today) : null;
  const width = wide.count === 0 ? '' : `; ${sayWide(level)}: it holds for either end of them`;
  const sentence = `${saySeries(series.key)}: ${told}${width}${sayAlongside(alongside)}${known === null ? '' : `; known until ${known.until}: ${known.reason}`}.`;
  return { run: first?.run.description.run ?? '', at: first?.run.description.anchor.wall ?? '', before: last?.run.description.run ?? '', p, shift, medians, alongside, known, sentence };
}

/** The changes of a series as they are told, each between the levels next to it. */
function described(looked: Looked, boundaries: readonly Boundary[], known: Known): HistoryChange[] {
  const { figures } = looked;
  return boundaries.map((boundary, place) => {
    const { at, level } = boundary;
    const [before, after] = [figures.slice(boundaries[place - 1]?.at ?? 0, at), figures.slice(at, boundaries[place + 1]?.at)];
    const told = `${sayWay(level)} since run ${figures[at]?.run.description.run ?? ''} (median ${sayMs(level.medians.before)} before, ${sayMs(level.medians.after)} after; ${before.length} and ${after.length} runs)`;
    return { ...describe(looked, boundary, [before, after], known, told), regression: level.shift.estimate > 0, latest: place === boundaries.length - 1 };
  });
}

/** A regression that the latest change took back in part only, as it is told. */
function describedStanding(looked: Looked, worse: StillWorse, latest: HistoryChange, known: Known): HistoryStanding {
  const { at, level, before, after } = worse;
  const told = `still ${sayWay(level)} than before run ${looked.figures[at]?.run.description.run ?? ''} (median ${sayMs(level.medians.before)} then, ${sayMs(level.medians.after)} since run ${latest.run}, which took it back in part; ${before.length} and ${after.length} runs)`;
  return describe(looked, worse, [before, after], known, told);
}

/** Why it is open whether a level changed, as a clause. */
function sayBlurred({ series, figures }: Looked, at: number, level: LevelShift): string {
  return `${saySeries(series.key)}: ${sayWide(level)}, as of a prober that was blind or sampled coarsely: whether it is ${sayWay(level)} since run ${figures[at]?.run.description.run ?? ''} cannot be told`;
}

/** Measurements that are named of those left open. */
const mostBlurred = 5;

/** The first of what is left open, and how many more there are. */
function sayAllBlurred(clauses: readonly string[]): string[] {
  const more = clauses.length - mostBlurred;
  return more <= 0 ? [...clauses] : [...clauses.slice(0, mostBlurred), `of ${more} more measurement${more === 1 ? '' : 's'} it cannot be told either, for figures as wide`];
}

/** What was found in all series, and what could not be. */
export interface Found {
  /** Of each series in order of time. */
  changes: HistoryChange[][];
  /** Of each series: the regression that stands although the latest change was for the better; null: none. */
  standing: (HistoryStanding | null)[];
  /** Sentences of changes that stand out of their own row and guest, but not of all that was looked at. The least likely first. */
  possible: string[];
  /** Why a change could not have been found, as clauses. */
  reservations: string[];
}

/** Measurements of one row, variant and guest, which a reader looks at together. */
const familyOf = ({ key: { row, variant, guest } }: Series): string => JSON.stringify([row, variant, guest]);

/**
 * Changes of level of all series: by Pettitt's test, and over all series together by the rule of Benjamini and Hochberg, so that where
 * nothing changes one history in twenty has a false alarm and not one series in twenty, and where much changes one of twenty that are
 * told; and only where the shift leaves zero out and is at least what can be measured, wherever in a wide figure the truth lies.
 * `latest` marks the last change of a series, which is still in effect. The newest level is held against the best earlier one, too.
 */
export function changesOf(all: readonly Series[], known: Known): Found {
  const estimated = all.flatMap((series) => {
    const figures = figuresOf(series);
    const candidate = candidateOf(figures);
    return candidate === null ? [] : [{ series, figures, candidate }];
  });
  const surely = discoveryThreshold(estimated.map(({ candidate }) => candidate.p), falseAlarms);
  const looked = estimated.map(({ series, figures, candidate }) => ({ series, figures, candidate: sharpenedCandidate(figures, candidate, surely) }));
  const threshold = discoveryThreshold(looked.map(({ candidate }) => candidate.p), falseAlarms);
  const families = Map.groupBy(looked, ({ series }) => familyOf(series));
  const results = looked.map((one) => {
    const { series, figures, candidate } = one;
    const { at, p } = candidate.change;
    const isFound = candidate.p <= threshold;
    const standsOut = p <= falseAlarms / (families.get(familyOf(series))?.length ?? 1);
    const levels = isFound ? levelsOf(figures, threshold, candidate) : { told: [], blurred: [] };
    const top = isFound || !standsOut ? null : levelShift(figures.slice(0, at), figures.slice(at));
    const changes = described(one, levels.told, known);
    const [latest, worse] = [changes.at(-1), stillWorse(figures, levels.told, threshold)];
    const standing = latest === undefined || worse === null ? null : describedStanding(one, worse, latest, known);
    const blurred = top?.is === 'blurred' ? [{ at, level: top }] : levels.blurred;
    return {
      series,
      changes,
      standing: worse !== null && worse.p <= threshold ? standing : null,
      possible: [...(top?.is === 'told' ? described(one, [{ at, p, level: top }], known) : []), ...(standing !== null && standing.p > threshold ? [standing] : [])],
      blurred: blurred.slice(0, 1).map((boundary) => sayBlurred(one, boundary.at, boundary.level)),
    };
  });
  const apart = apartFromAll(results);
  const of = all.map((series) => apart.find((one) => one.series === series));
  return {
    changes: of.map((one) => one?.changes ?? []),
    standing: of.map((one) => one?.standing ?? null),
    possible: apart.flatMap(({ possible }) => possible).toSorted((one, other) => one.p - other.p).map(({ sentence }) => sentence),
    reservations: [...outOfReach(looked.map(({ figures }) => figures.length)), ...sayAllBlurred(apart.flatMap(({ blurred }) => blurred))],
  };
}

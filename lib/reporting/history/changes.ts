import { leastFigures } from '../../judgement/difference.ts';
import { sayValue } from '../../judgement/wording.ts';
import { changePoint, sharpened } from '../../measurement/change-point.ts';
import type { ChangePoint } from '../../measurement/change-point.ts';
import { discoveryThreshold } from '../../measurement/discoveries.ts';
import { shiftBetween } from '../../measurement/shift.ts';
import { median } from '../../measurement/statistics.ts';
import { sayCell } from '../comparison/pairs.ts';
import { changedNear, reach } from './alongside.ts';
import type { HistoryChange } from './history-schema.ts';
import { knownIssueFor } from './known-issue.ts';
import type { DeclaredIssue } from './known-issue.ts';
import { falseAlarms, outOfReach } from './reach.ts';
import type { Series } from './series.ts';

interface Known {
  issues: readonly DeclaredIssue[];
  /** `YYYY-MM-DD`, UTC. */
  today: string;
}

type Ended = { run: Series['points'][number]['run']; middle: number }[];

/** The points that have a middle; one without an end has none and is no part of the calculation. */
function endedPoints({ points }: Series): Ended {
  return points.flatMap(({ run, point: { lo, hi } }) => (hi === null ? [] : [{ run, middle: (lo + hi) / 2 }]));
}

/** Why no change can be looked for in a series; null: it can. */
export function tooShort(series: Series): string | null {
  const { length } = endedPoints(series);
  return length >= 2 * leastFigures ? null : `${length} run${length === 1 ? '' : 's'} with a figure, ${2 * leastFigures} are needed: ${leastFigures} before and ${leastFigures} after a change`;
}

/** A change that stands out of chance, as it is told; null when it is smaller than what can be measured or its interval holds zero. */
function describe(series: Series, points: Ended, { at, p }: ChangePoint, { issues, today }: Known): HistoryChange | null {
  const [before, after] = [points.slice(0, at), points.slice(at)].map((part) => part.map(({ middle }) => middle));
  const [last, first] = [points[at - 1], points[at]];
  if (before === undefined || after === undefined || last === undefined || first === undefined) return null;
  const shift = shiftBetween(before, after);
  if (shift === null || shift.lo === null || shift.hi === null || shift.coverage === null) return null;
  const { estimate, lo, hi, coverage } = shift;
  if ((lo <= 0 && hi >= 0) || Math.abs(estimate) < series.resolution) return null;
  const alongside = changedNear(points.map(({ run }) => run), at);
  const medians = { before: median(before) ?? 0, after: median(after) ?? 0 };
  const known = estimate > 0 ? knownIssueFor(issues, series.key, series.key.measurement, today) : null;
  const sentence = `${sayCell(series.key)}: ${estimate > 0 ? 'longer' : 'shorter'} by ${sayValue(Math.abs(estimate), 'ms')} since run ${first.run.description.run} (median ${sayValue(medians.before, 'ms')} before, ${sayValue(medians.after, 'ms')} after; ${before.length} and ${after.length} runs)${alongside.length === 0 ? `; nothing else that is recorded changed within ${reach} runs of it` : `; what changed with it, within ${reach} runs: ${alongside.join(', ')}`}${known === null ? '' : `; known until ${known.until}: ${known.reason}`}.`;
  return { run: first.run.description.run, at: first.run.description.anchor.wall, before: last.run.description.run, p, shift: { estimate, lo, hi, coverage }, medians, alongside, regression: estimate > 0, latest: true, known, sentence };
}

const middlesOf = (points: Ended): number[] => points.map(({ middle }) => middle);

/** A change as it is where its estimated probability is low enough already, else with that counted exactly. */
function sharpenedAbove(alarm: number, points: Ended, change: ChangePoint | null): ChangePoint | null {
  return change === null || change.p <= alarm ? change : sharpened(middlesOf(points), change, leastFigures);
}

/** Changes of one series from the left to the right: the strongest, then what lies on either side of it. */
function changesWithin(series: Series, points: Ended, alarm: number, known: Known, first: ChangePoint | null): HistoryChange[] {
  const found = first ?? sharpenedAbove(alarm, points, changePoint(middlesOf(points), leastFigures));
  if (found === null || (first === null && found.p > alarm)) return [];
  const change = describe(series, points, found, known);
  if (change === null) return [];
  return [...changesWithin(series, points.slice(0, found.at), alarm, known, null), change, ...changesWithin(series, points.slice(found.at), alarm, known, null)];
}

/** What was found in all series, and what could not be. */
export interface Found {
  /** Of each series in order of time. */
  changes: HistoryChange[][];
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
 * told; and only where the shift leaves zero out and is at least what can be measured. `latest` marks the last change of a series,
 * which is still in effect.
 */
export function changesOf(all: readonly Series[], known: Known): Found {
  const estimated = all.flatMap((series) => {
    const points = endedPoints(series);
    const change = changePoint(middlesOf(points), leastFigures);
    return change === null ? [] : [{ series, points, change }];
  });
  const surely = discoveryThreshold(estimated.map(({ change }) => change.p), falseAlarms);
  const looked = estimated.map(({ series, points, change }) => ({ series, points, change: sharpenedAbove(surely, points, change) ?? change }));
  const threshold = discoveryThreshold(looked.map(({ change }) => change.p), falseAlarms);
  const found = looked.filter(({ change }) => change.p <= threshold);
  const families = Map.groupBy(looked, ({ series }) => familyOf(series));
  const possible = looked
    .filter(({ series, change }) => change.p > threshold && change.p <= falseAlarms / (families.get(familyOf(series))?.length ?? 1))
    .toSorted((one, other) => one.change.p - other.change.p)
    .flatMap(({ series, points, change }) => describe(series, points, change, known)?.sentence ?? []);
  const changes = all.map((series) => {
    const one = found.find((other) => other.series === series);
    if (one === undefined) return [];
    const ofSeries = changesWithin(series, one.points, threshold, known, one.change);
    return ofSeries.map((change, place) => ({ ...change, latest: place === ofSeries.length - 1 }));
  });
  return { changes, possible, reservations: outOfReach(looked.map(({ points }) => points.length)) };
}

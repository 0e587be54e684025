import { leastFigures } from '../../judgement/difference.ts';
import { sayValue } from '../../judgement/wording.ts';
import { changePoint, holm } from '../../measurement/change-point.ts';
import type { ChangePoint } from '../../measurement/change-point.ts';
import { shiftBetween } from '../../measurement/shift.ts';
import { median } from '../../measurement/statistics.ts';
import { sayCell } from '../comparison/pairs.ts';
import { changedNear, reach } from './alongside.ts';
import type { HistoryChange } from './history-schema.ts';
import { knownIssueFor } from './known-issue.ts';
import type { DeclaredIssue } from './known-issue.ts';
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

/** Changes of one series from the left to the right: the strongest, then what lies on either side of it. */
function changesWithin(series: Series, points: Ended, alarm: number, known: Known, first: ChangePoint | null): HistoryChange[] {
  const found = first ?? changePoint(points.map(({ middle }) => middle), leastFigures);
  if (found === null || (first === null && found.p > alarm)) return [];
  const change = describe(series, points, found, known);
  if (change === null) return [];
  return [...changesWithin(series, points.slice(0, found.at), alarm, known, null), change, ...changesWithin(series, points.slice(found.at), alarm, known, null)];
}

/**
 * Changes of level of all series: by Pettitt's test with Holm's rule over all series together, so that one history in twenty has a
 * false alarm and not one series in twenty; and only where the shift leaves zero out and is at least what can be measured.
 * `latest` marks the last change of a series, which is still in effect.
 */
export function changesOf(all: readonly Series[], known: Known): HistoryChange[][] {
  const looked = all.map((series) => (tooShort(series) === null ? changePoint(endedPoints(series).map(({ middle }) => middle), leastFigures) : null));
  const found = holm(looked.flatMap((change) => (change === null ? [] : [change.p])));
  let next = 0;
  return all.map((series, index) => {
    const change = looked[index] ?? null;
    if (change === null) return [];
    const isFound = found[next] ?? false;
    next += 1;
    if (!isFound) return [];
    const changes = changesWithin(series, endedPoints(series), 0.05 / found.length, known, change);
    return changes.map((one, place) => ({ ...one, latest: place === changes.length - 1 }));
  });
}

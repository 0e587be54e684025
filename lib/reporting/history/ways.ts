import type { HistoryChange, HistoryStanding } from './history-schema.ts';
import { reach } from './alongside.ts';
import type { Series } from './series.ts';

/** What was found in one series. */
interface OfSeries {
  series: Series;
  changes: HistoryChange[];
  standing: HistoryStanding | null;
  possible: HistoryStanding[];
  blurred: string[];
}

/** A move changed otherwise than all moves together from this many times their shift on. */
const otherwise = 2;

const isOf = ({ key }: Series): string => JSON.stringify({ ...key, way: null });

/** Whether two changes of the same runs are one: in the same direction, about the same moment, and the one no more than twice the other. */
function isSame(runs: readonly string[], one: HistoryStanding, other: HistoryStanding): boolean {
  const apart = Math.abs(runs.indexOf(one.run) - runs.indexOf(other.run));
  const [shift, whole] = [one.shift.estimate, other.shift.estimate];
  return apart <= reach && Math.sign(shift) === Math.sign(whole) && Math.abs(shift) <= otherwise * Math.abs(whole);
}

/** Leaves out of the series of single moves what the series of all their figures tells already, so that one change is told once. */
export function apartFromAll<Found extends OfSeries>(found: readonly Found[]): Found[] {
  const whole = new Map(found.filter(({ series }) => series.key.way === null).map((one) => [isOf(one.series), one]));
  return found.map((one) => {
    const all = one.series.key.way === null ? undefined : whole.get(isOf(one.series));
    if (all === undefined) return one;
    const runs = all.series.points.map(({ run }) => run.description.run);
    const isNew = (change: HistoryStanding): boolean => ![...all.changes, ...(all.standing === null ? [] : [all.standing]), ...all.possible].some((other) => isSame(runs, change, other));
    return {
      ...one,
      changes: one.changes.filter(isNew),
      standing: one.standing !== null && isNew(one.standing) ? one.standing : null,
      possible: one.possible.filter(isNew),
      blurred: all.blurred.length > 0 ? [] : one.blurred,
    };
  });
}

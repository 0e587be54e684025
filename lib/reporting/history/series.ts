import { median } from '../../measurement/statistics.ts';
import type { Measurement } from '../../record/types.ts';
import { cellKeyOf } from '../comparison/cells.ts';
import type { CellKey } from '../comparison/cells.ts';
import type { JudgedRun } from '../judged-run.ts';
import type { HistoryPoint } from './history-schema.ts';

/** A measurement over the runs of an environment, in order of time; runs that have no figure of it are left out. */
export interface Series {
  key: CellKey;
  points: { run: JudgedRun; point: HistoryPoint }[];
  /** The smallest change that its figures can tell, ms. */
  resolution: number;
  limit: number | null;
  /** Periods of the probes that measured it, ms; none: it was not sampled. */
  periodsMs: number[];
}

/** A run's figures of one measurement as one point: the medians of their ends. One figure without an end leaves the point without one. */
function pointOf(run: JudgedRun, figures: readonly Measurement[]): HistoryPoint {
  const ends = figures.flatMap(({ hi }) => hi ?? []);
  return { run: run.description.run, at: run.description.anchor.wall, lo: median(figures.map(({ lo }) => lo)) ?? 0, hi: ends.length === figures.length ? median(ends) : null, figures: figures.length };
}

/**
 * The measurements of runs over time. A run is one point however often it measured: figures of one run share its conditions, and do
 * not count as so many witnesses of a change.
 */
export function seriesOf(runs: readonly JudgedRun[]): Series[] {
  const all = new Map<string, { key: CellKey; figures: Map<JudgedRun, Measurement[]> }>();
  for (const run of runs) {
    for (const scenario of run.verdicts.scenarios) {
      for (const measurement of scenario.measurements.filter(({ unit }) => unit === 'ms')) {
        const key = cellKeyOf(scenario, measurement);
        const series = all.get(JSON.stringify(key)) ?? { key, figures: new Map<JudgedRun, Measurement[]>() };
        all.set(JSON.stringify(key), series);
        series.figures.set(run, [...(series.figures.get(run) ?? []), measurement]);
      }
    }
  }
  return [...all.values()].map(({ key, figures }) => {
    const every = [...figures.values()].flat();
    const periodsMs = [...new Set(every.flatMap(({ period }) => period ?? []))].toSorted((one, other) => one - other);
    const widths = every.flatMap(({ lo, hi }) => (hi === null ? [] : [hi - lo]));
    return {
      key,
      points: [...figures].map(([run, ofRun]) => ({ run, point: pointOf(run, ofRun) })),
      resolution: Math.max(2 * Math.max(0, ...periodsMs), median(widths) ?? 0),
      limit: runs.at(-1)?.description.limits[key.row]?.[key.measurement] ?? null,
      periodsMs,
    };
  });
}

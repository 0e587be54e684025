import { sayMove } from '../../judgement/wording.ts';
import { median } from '../../measurement/statistics.ts';
import type { LimitSource } from '../../record/judged-by.ts';
import type { Measurement, ScenarioVerdict } from '../../record/types.ts';
import { cellKeyOf } from '../comparison/cells.ts';
import type { CellKey } from '../comparison/cells.ts';
import { sayCell } from '../comparison/pairs.ts';
import type { JudgedRun } from '../judged-run.ts';
import { chooseLimits } from '../judging-limits.ts';
import type { HistoryPoint } from './history-schema.ts';

/** What a series is of; `way`: of one move among several, null: of all figures. Nodes have the same names in all runs of an environment. */
export type SeriesKey = CellKey & { way: Pick<Measurement, 'from' | 'to'> | null };

interface SeriesPoint {
  run: JudgedRun;
  point: HistoryPoint;
  /** How far apart the ends of the figure are, and at least two periods of its probe, ms. */
  widthMs: number;
  /** How long the prober was blind, ms; null: that was not measured. */
  blindMs: number | null;
}

/** A measurement over the runs of an environment, in order of time; runs that have no figure of it are left out. */
export interface Series {
  key: SeriesKey;
  points: SeriesPoint[];
  /** The smallest change that its figures can usually tell, ms. */
  resolution: number;
  /** The limit that judged the newest figure, ms, and who set it. */
  limit: number | null;
  limitFrom: LimitSource | null;
  /** Periods of the probes that measured it, ms; none: it was not sampled. */
  periodsMs: number[];
}

interface Found {
  scenario: ScenarioVerdict;
  measurement: Measurement;
}

type Figures = Map<JudgedRun, Found[]>;

/** A series in words: `live-migration of web: outage by icmp, n1 to n2`. */
export function saySeries({ way, ...cell }: SeriesKey): string {
  return way === null ? sayCell(cell) : `${sayCell({ ...cell, moves: false })}, ${sayMove(way)}`;
}

/** A run's figures of one measurement as one point: the medians of their ends. One figure without an end leaves the point without one. */
function pointOf(run: JudgedRun, found: readonly Found[]): SeriesPoint {
  const figures = found.map(({ measurement }) => measurement);
  const ends = figures.flatMap(({ hi }) => hi ?? []);
  const [lo, hi] = [median(figures.map((figure) => figure.lo)) ?? 0, ends.length === figures.length ? median(ends) : null];
  const blind = found.flatMap(({ scenario }) => scenario.blind ?? []);
  return {
    run,
    point: { run: run.description.run, at: run.description.anchor.wall, lo, hi, figures: figures.length },
    widthMs: Math.max(hi === null ? 0 : hi - lo, 2 * (median(figures.flatMap(({ period }) => period ?? [])) ?? 0)),
    blindMs: blind.length === 0 ? null : Math.max(...blind),
  };
}

/** The limit that judged the newest figure; where nothing judged it, the one that its run was to be held to. */
function limitOf({ row, measurement: name }: CellKey, figures: Figures): Pick<Series, 'limit' | 'limitFrom'> {
  const [run, found = []] = [...figures].at(-1) ?? [];
  const judged = found.findLast(({ measurement }) => measurement.limit !== null)?.measurement;
  if (judged !== undefined) return { limit: judged.limit, limitFrom: judged.limitFrom ?? null };
  const set = run === undefined ? null : chooseLimits(run.description, null).limitFor(row, name);
  return { limit: set?.limit ?? null, limitFrom: set?.source ?? null };
}

function seriesWith(key: SeriesKey, figures: Figures): Series {
  const points = [...figures].map(([run, found]) => pointOf(run, found));
  const periods = [...figures.values()].flat().flatMap(({ measurement }) => measurement.period ?? []);
  return { key, points, resolution: median(points.map(({ widthMs }) => widthMs)) ?? 0, ...limitOf(key, figures), periodsMs: [...new Set(periods)].toSorted((one, other) => one - other) };
}

/** The figures of each move by itself, where there are several: what some of them do is nothing that their median shows. */
function waysOf(key: CellKey, figures: Figures): Series[] {
  if (!key.moves) return [];
  const ways = new Map<string, { way: NonNullable<SeriesKey['way']>; ofWay: Figures }>();
  for (const [run, found] of figures) {
    for (const one of found) {
      const { from, to } = one.measurement;
      const { way, ofWay } = ways.get(JSON.stringify([from, to])) ?? { way: { from, to }, ofWay: new Map<JudgedRun, Found[]>() };
      ways.set(JSON.stringify([from, to]), { way, ofWay: ofWay.set(run, [...(ofWay.get(run) ?? []), one]) });
    }
  }
  return ways.size < 2 ? [] : [...ways.values()].map(({ way, ofWay }) => seriesWith({ ...key, way }, ofWay));
}

/**
 * The measurements of runs over time. A run is one point however often it measured: figures of one run share its conditions, and do
 * not count as so many witnesses of a change. Where a run makes several moves, each of them is a series as well, behind that of all.
 */
export function seriesOf(runs: readonly JudgedRun[]): Series[] {
  const all = new Map<string, { key: CellKey; figures: Figures }>();
  for (const run of runs) {
    for (const scenario of run.verdicts.scenarios) {
      for (const measurement of scenario.measurements.filter(({ unit }) => unit === 'ms')) {
        const key = cellKeyOf(scenario, measurement);
        const series = all.get(JSON.stringify(key)) ?? { key, figures: new Map<JudgedRun, Found[]>() };
        all.set(JSON.stringify(key), series);
        series.figures.set(run, [...(series.figures.get(run) ?? []), { scenario, measurement }]);
      }
    }
  }
  return [...all.values()].flatMap(({ key, figures }) => [seriesWith({ ...key, way: null }, figures), ...waysOf(key, figures)]);
}

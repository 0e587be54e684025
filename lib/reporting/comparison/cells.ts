import { median, medianInterval } from '../../measurement/statistics.ts';
import type { Measurement, RowName, ScenarioVerdict, Verdict } from '../../record/types.ts';
import type { JudgedRun } from '../judged-run.ts';
import { judgedOf } from './cell-verdicts.ts';
import type { CellFigure, CellSide, ComparedCell, EffectKey } from './comparison-schema.ts';
import type { Side } from './side.ts';

/** Rows that visit every node in turn: the role of the last one says nothing about the figures. */
const visitsEveryNode: ReadonlySet<RowName> = new Set(['live-migration', 'container-migration', 'node-shutdown']);

/** Verdicts of a scenario that was carried out: its reason tells about other figures. */
const carriedOut: ReadonlySet<Verdict> = new Set(['pass', 'fail', 'inconclusive']);

/** What makes scenarios the same fault by its effect: nodes have other names on another platform, roles have not. */
export function effectOf({ row, variant = null, guest, target }: ScenarioVerdict): EffectKey {
  return { row, variant, guest, role: visitsEveryNode.has(row) ? null : target.role };
}

/** What figures must have in common to be one series or one cell. */
export type CellKey = EffectKey & Pick<ComparedCell, 'measurement' | 'of' | 'probe' | 'moves'>;

/** The kind at the end of a probe's name; a second probe of a kind keeps its number. */
export function kindOf(probe: string | null | undefined): string | null {
  return probe?.slice(probe.lastIndexOf('.') + 1) ?? null;
}

export function cellKeyOf(scenario: ScenarioVerdict, { name, guest = null, probe, from, to }: Measurement): CellKey {
  return { ...effectOf(scenario), measurement: name, of: guest, probe: kindOf(probe), moves: from !== null || to !== null };
}

interface Found {
  run: JudgedRun;
  scenario: ScenarioVerdict;
  measurement: Measurement;
}

const nameOfRun = ({ description }: JudgedRun): string => `${description.environment}/${description.run}`;

/** The figures of one side, every one of them, and the runs that gave none. */
function sideOf(key: CellKey, side: Side, found: readonly Found[]): CellSide {
  const figures = found.map(({ run, scenario, measurement: { from, to, lo, hi, verdict } }): CellFigure => ({ run: nameOfRun(run), scenario: scenario.id, from, to, lo, hi, verdict: verdict ?? scenario.verdict }));
  const same = side.runs.flatMap((run) => run.verdicts.scenarios.filter((scenario) => JSON.stringify({ ...effectOf(scenario), role: null }) === JSON.stringify({ row: key.row, variant: key.variant, guest: key.guest, role: null })).map((scenario) => ({ run, scenario })));
  const holes = same
    .filter(({ scenario }) => scenario.measurements.length === 0 || scenario.target.role === key.role || key.role === null)
    .filter(({ run, scenario }) => !figures.some((figure) => figure.run === nameOfRun(run) && figure.scenario === scenario.id))
    .map(({ run, scenario }) => ({ run: nameOfRun(run), scenario: scenario.id, verdict: scenario.verdict, reason: carriedOut.has(scenario.verdict) && scenario.measurements.length > 0 ? null : scenario.reason }));
  const ended = figures.flatMap(({ lo, hi }) => (hi === null ? [] : [{ middle: (lo + hi) / 2, width: hi - lo, hi }]));
  const middles = ended.map(({ middle }) => middle);
  const whole = figures.length > 0 && ended.length === figures.length;
  const periods = found.flatMap(({ measurement }) => measurement.period ?? []);
  const periodMs = periods.length === 0 ? null : Math.max(...periods);
  return {
    n: figures.length,
    runs: new Set(figures.map(({ run }) => run)).size,
    median: whole ? median(middles) : null,
    interval: whole ? medianInterval(middles) : null,
    worst: whole ? Math.max(...ended.map(({ hi }) => hi)) : null,
    unended: figures.length - ended.length,
    periodMs,
    resolution: Math.max(2 * (periodMs ?? 0), median(ended.map(({ width }) => width)) ?? 0),
    sources: [...new Set(found.map(({ measurement }) => measurement.source))],
    figures,
    holes,
    judged: judgedOf(found, figures, holes),
    missing: figures.length > 0 ? null : whyMissing(key, side, holes.find(({ reason }) => reason !== null)?.reason ?? null, same.length),
  };
}

function whyMissing({ row, guest, measurement }: CellKey, { runs }: Side, reason: string | null, scenarios: number): string {
  if (reason !== null) return reason;
  if (scenarios > 0) return `no figure of ${measurement} was recorded`;
  const ofRow = runs.flatMap(({ verdicts }) => verdicts.scenarios.filter((scenario) => scenario.row === row));
  if (ofRow.length === 0) return `${row} was not run`;
  return guest === null || ofRow.some((scenario) => scenario.guest === guest) ? `no scenario of this variant was run` : `${row} was run with ${[...new Set(ofRow.map((scenario) => scenario.guest ?? 'the cluster'))].join(', ')} only`;
}

/**
 * The figures of all sides, paired by what they are of: row, variant, guest and role; measurement, guest and kind of probe that it is
 * of. All moves of a row are one cell, since nodes are not the same on two clusters. Counts of lost probes are left out: they are the
 * outage again, in units of the prober's period.
 */
export function cellsOf(sides: readonly Side[]): Omit<ComparedCell, 'pairs'>[] {
  const cells = new Map<string, { key: CellKey; found: Found[][] }>();
  for (const [index, side] of sides.entries()) {
    for (const run of side.runs) {
      for (const scenario of run.verdicts.scenarios) {
        for (const measurement of scenario.measurements.filter(({ unit }) => unit === 'ms')) {
          const key = cellKeyOf(scenario, measurement);
          const cell = cells.get(JSON.stringify(key)) ?? { key, found: sides.map(() => []) };
          cells.set(JSON.stringify(key), cell);
          cell.found[index]?.push({ run, scenario, measurement });
        }
      }
    }
  }
  return [...cells.values()].map(({ key, found }) => ({ ...key, sides: sides.map((side, index) => sideOf(key, side, found[index] ?? [])) }));
}

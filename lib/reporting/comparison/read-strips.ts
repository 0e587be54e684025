import { scenarioFacts } from '../../judgement/scenario-facts.ts';
import type { EventOf, ScenarioFacts } from '../../judgement/scenario-facts.ts';
import { readRun } from '../../record/run-reader.ts';
import type { RunRecord } from '../../record/run-reader.ts';
import { readSamples } from '../../record/samples-reader.ts';
import { stripCutter } from '../charts/strip-data.ts';
import type { Strip } from '../charts/strip-data.ts';
import { originOf } from '../charts/strip-origin.ts';
import type { Origin } from '../charts/strip-origin.ts';
import { lateAfterOf } from '../measure-windows.ts';
import { kindOf } from './cells.ts';
import type { CellFigure, ComparedCell } from './comparison-schema.ts';
import { identityOf } from './side.ts';
import type { Side } from './side.ts';

/** What the samples show of a figure, and after how many ms a probe of it is late and lost; or why they show nothing. */
export type ReadStrip = { strip: Strip; origin: Origin['kind']; lateAfterMs: number; waitMs: number } | { missing: string };

/** A figure that a strip is wanted of. */
export interface WantedStrip {
  cell: Pick<ComparedCell, 'of' | 'probe' | 'moves'>;
  figure: Pick<CellFigure, 'run' | 'scenario'>;
  /** Which of the figures that its scenario has in this cell, from 0 on. */
  place: number;
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}

/** As `readSeries` takes it: a probe that was started anew is the later one. */
const startOf = ({ events }: ScenarioFacts, probe: string): EventOf<'probe-started'> | undefined => events.findLast((event): event is EventOf<'probe-started'> => event.kind === 'probe-started' && event.probe === probe);

/** The windows that the outages of a cell were measured in, in the order of the figures. */
function windowsOf(facts: ScenarioFacts, { of, probe, moves }: WantedStrip['cell']): EventOf<'window'>[] {
  return facts.windows.filter((window) => window.measures === 'outage' && kindOf(window.probe) === probe && (startOf(facts, window.probe)?.guest ?? null) === of && (window.fromNode !== null || window.toNode !== null) === moves);
}

/** The strips of one scenario. The samples of its probes are read one after the other, and not held. */
function* stripsOfScenario(facts: ScenarioFacts, wanted: readonly WantedStrip[], run: Pick<RunRecord, 'file' | 'description'>): Generator<[WantedStrip, ReadStrip]> {
  const located = wanted.map((one) => ({ one, window: windowsOf(facts, one.cell)[one.place] }));
  for (const [probe, ofProbe] of groupBy(located, ({ window }) => window?.probe ?? '')) {
    const started = startOf(facts, probe);
    if (started === undefined) {
      for (const { one } of ofProbe) yield [one, { missing: 'its record holds no window of this figure' }];
      continue;
    }
    try {
      const series = readSamples(run.file(started.file));
      const lateAfterMs = lateAfterOf(series, facts, run.description.prober.lateAfterMs);
      const cut = stripCutter(series, facts, lateAfterMs);
      for (const { one, window } of ofProbe) {
        if (window === undefined) continue;
        const origin = originOf(facts, window);
        yield [one, { strip: cut(window, origin.atNs), origin: origin.kind, lateAfterMs, waitMs: series.header.probe.waitMs }];
      }
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT' ? `the samples of ${probe} are not on disk` : `the samples of ${probe} cannot be read: ${(error as Error).message}`;
      for (const { one } of ofProbe) yield [one, { missing }];
    }
  }
}

/** The strips of one run, whose events are read for them. */
function* stripsOfRun(folder: string, wanted: readonly WantedStrip[]): Generator<[WantedStrip, ReadStrip]> {
  const run = readRun(folder);
  const scenarios = scenarioFacts(run.events);
  for (const [id, ofScenario] of groupBy(wanted, ({ figure }) => figure.scenario)) {
    const facts = scenarios.find((scenario) => scenario.id === id);
    if (facts !== undefined) yield* stripsOfScenario(facts, ofScenario, run);
  }
}

/** Reads what the samples show of figures of outages, run by run: of a comparison of hundreds of runs, one probe of one scenario is held. Never throws: what cannot be read is told. */
export function readStrips(sides: readonly Pick<Side, 'runs'>[], wanted: readonly WantedStrip[]): ReadonlyMap<WantedStrip, ReadStrip> {
  const found = new Map<WantedStrip, ReadStrip>();
  const runs = sides.flatMap((side) => side.runs);
  for (const [name, ofRun] of groupBy(wanted, ({ figure }) => figure.run)) {
    const run = runs.find((one) => identityOf(one) === name);
    let missing = 'its record has no events of this scenario';
    try {
      if (run !== undefined) for (const [one, strip] of stripsOfRun(run.folder, ofRun)) found.set(one, strip);
    } catch (error) {
      missing = `its record cannot be read: ${(error as Error).message}`;
    }
    for (const one of ofRun) if (!found.has(one)) found.set(one, { missing });
  }
  return found;
}

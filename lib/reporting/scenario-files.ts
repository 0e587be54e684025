import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DrawnFile } from './allure/scenario-test.ts';
import { scenarioCharts } from './charts/scenario-charts.ts';
import { renderPhaseStack } from './charts/phase-stack.ts';
import { stampSimulated } from './charts/svg.ts';
import { toCsv } from './csv.ts';
import type { Derivation, DerivedScenario } from './derive.ts';
import { periodsOf, recoveriesOf } from './recoveries.ts';
import { readSeries } from './series.ts';

/** The chart of all recoveries, below charts/. */
export const recoveriesFile = 'phases.svg';

/** A scenario with its charts and tables, which are on disk. */
export interface DrawnScenario {
  scenario: DerivedScenario;
  files: DrawnFile[];
}

/**
 * Writes `charts/` anew: all recoveries side by side, then phases and timelines of a scenario, and its measurements and phases as CSV,
 * each time that the next scenario is asked for: of thousands, one is held in memory.
 */
export function* writeScenarioFiles({ run, scenarios }: Derivation, folder: string): Generator<DrawnScenario> {
  const below = join(folder, 'charts');
  rmSync(below, { recursive: true, force: true });
  mkdirSync(below, { recursive: true });
  const write = (name: string, title: string, mediaType: string, text: string): DrawnFile => {
    const path = join(below, name);
    // Nobody finds a part of it: the folder is made anew, and the record makes it again. A flush for each of thousands of files takes longer than they do.
    writeFileSync(path, text);
    return { title, path, mediaType, text };
  };
  const draw = (name: string, title: string, svg: string): DrawnFile => write(name, title, 'image/svg+xml', run.description.simulated ? stampSimulated(svg) : svg);
  const recoveries = renderPhaseStack(scenarios.map(({ verdict }) => verdict), 'Phases of every recovery', { periodsMs: periodsOf(scenarios.map(({ verdict }) => verdict)), medians: false });
  if (recoveries !== null) draw(recoveriesFile, 'Phases of every recovery', recoveries);
  for (const scenario of scenarios) {
    const charts = scenarioCharts(scenario, readSeries(run, scenario.facts), run.description.prober.lateAfterMs);
    const files = charts.map(({ name, title, svg }) => draw(name, title, svg));
    const tables = tablesOf(scenario).map(({ name, title, csv }) => write(`${scenario.facts.id}.${name}.csv`, title, 'text/csv', csv));
    yield { scenario, files: [...files, ...tables] };
  }
}

function tablesOf({ verdict, windows }: DerivedScenario): { name: string; title: string; csv: string }[] {
  const tables: { name: string; title: string; csv: string }[] = [];
  if (verdict.measurements.length > 0) {
    const rows = verdict.measurements.map(({ name, from, to, unit, lo, hi, limit, verdict: judged, period, source }) => [name, from, to, unit, lo, hi, limit, judged, period, source]);
    tables.push({ name: 'measurements', title: 'Measurements', csv: toCsv(['measurement', 'from', 'to', 'unit', 'lo', 'hi', 'limit', 'verdict', 'period ms', 'source'], rows) });
  }
  const outages = windows.flatMap(({ window, figures }) => (figures?.outages ?? []).map(({ startedAtNs, lo, hi, lost, late }) => [window.probe, window.fromNode, window.toNode, startedAtNs / 1e6, lo, hi, lost, late]));
  if (outages.length > 0) tables.push({ name: 'outages', title: 'Outages, each by itself', csv: toCsv(['probe', 'from', 'to', 'started, ms since the run began', 'lo ms', 'hi ms', 'lost', 'late'], outages) });
  for (const [index, { phases, leg }] of recoveriesOf(verdict).entries()) tables.push({ name: leg === null ? 'phases' : `phases.${index + 1}`, title: `Phases since the fault${leg === null ? '' : `, ${leg}`}`, csv: toCsv(['phase', 'lo ms', 'hi ms'], phases.map(({ name, lo, hi }) => [name, lo, hi])) });
  return tables;
}

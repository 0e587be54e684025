import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { syntheticDescription } from '../../record/testing.ts';
import type { Measurement, RunDescription, ScenarioVerdict } from '../../record/types.ts';
import type { CompareOptions } from '../comparison/compare.ts';
import type { JudgedRun } from '../judged-run.ts';
import { statisticsOf } from '../statistics.ts';

/** Invented figures of true lengths, seen on a grid of 10 ms: each interval holds its truth and is 20 ms wide. */
export function seenOnGrid(truthMs: number, seed: number): Pick<Measurement, 'lo' | 'hi'> {
  const offset = ((seed * 7919) % 19) - 9;
  const middle = Math.max(10, truthMs + offset);
  return { lo: middle - 10, hi: middle + 10 };
}

/** An invented scenario with an outage of each of these true lengths. */
export function judgedScenario(truths: readonly number[], change: Partial<ScenarioVerdict> = {}, measurement: Partial<Measurement> = {}): ScenarioVerdict {
  const row = change.row ?? 'node-failure';
  const guest = change.guest === undefined ? 'web' : change.guest;
  const measurements = truths.map((truth, index): Measurement => ({ name: 'outage', guest, probe: `${guest ?? 'web'}.icmp`, from: null, to: null, unit: 'ms', limit: null, verdict: null, period: 10, source: 'probe, made-up', ...seenOnGrid(truth, index + truth), ...measurement }));
  return { id: `${row}.${guest ?? 'cluster'}.worker.r${change.repeat ?? 1}`, row, guest, variant: 'worker', repeat: 1, target: { node: 'n1', role: 'worker', disk: null }, fault: 'node-power', verdict: 'pass', reason: null, missingCapability: null, phases: [], measurements, lost: 0, late: 0, sent: 100, duplicates: 0, blind: 0, startedAt: '2026-11-21T02:00:00.000Z', duration: 60_000, ...change };
}

/** An invented run of `environment`; `number` makes its id and its time, a day a number. */
export function judgedRun(environment: string, number: number, scenarios: readonly ScenarioVerdict[], change: Partial<RunDescription> = {}): JudgedRun {
  const day = new Date(Date.UTC(2026, 0, 1 + number, 2));
  const run = `${day.toISOString().slice(0, 10).replaceAll('-', '')}T020000Z-made`;
  const description: RunDescription = { ...syntheticDescription(), schema: 1, run, anchor: { monotonicNs: '1', wall: day.toISOString() }, simulated: false, environment, ...change };
  const { tool, platform, profile, simulated } = description;
  return { folder: `/nowhere/${environment}/${run}`, description, verdicts: { schema: 1, tool, derivedBy: tool, run, environment, platform, profile, simulated, incomplete: false, verdict: 'pass', scenarios: [...scenarios], statistics: statisticsOf(scenarios) } };
}

/** The same run, judged by another version of the tool; null: by one that did not say. */
export function judgedByTool(run: JudgedRun, version: string | null): JudgedRun {
  const { derivedBy: _, ...verdicts } = run.verdicts;
  return { ...run, verdicts: version === null ? verdicts : { ...verdicts, derivedBy: version } };
}

/** True lengths around a middle, ms: the same spread of about 10 % every time. */
export function around(middleMs: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => Math.round(middleMs * (1 + (((index * 37) % 11) - 5) / 50)));
}

/** Writes an invented run below `root`, description and verdicts only. Returns its folder. */
export function keepRun(root: string, { description, verdicts }: JudgedRun): string {
  const folder = join(root, description.environment, description.run);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'run.json'), JSON.stringify(description));
  writeFileSync(join(folder, 'verdicts.json'), JSON.stringify(verdicts));
  return folder;
}

/** What comparisons of invented runs are made with: no margin, and invented hashes, since no file of theirs is anywhere. */
export const madeUpOptions: CompareOptions = { margins: {}, events: {}, tool: 'ha-acceptance 0.0.0-synthetic', command: 'compare', hashesOf: (folder) => ({ events: `made-up ${folder}`, verdicts: null }) };

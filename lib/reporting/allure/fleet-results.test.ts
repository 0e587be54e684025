import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ScenarioVerdict, Verdicts } from '../../record/types.ts';
import { judgedRun, judgedScenario } from '../testing/judged.ts';
import type { FleetRun } from './fleet-report.ts';
import { fleetResults } from './fleet-results.ts';
import { writeStandIns } from './stand-ins.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fleet-results-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const two = [judgedScenario([100]), judgedScenario([100], { id: 'backup.web.r1', verdict: 'fail', reason: 'no backup' })];

/** A run with so many results. */
function runWith(results: number, scenarios: readonly ScenarioVerdict[] = two, change: Partial<Verdicts> = {}): FleetRun {
  const { verdicts } = judgedRun('prod-a', 1, scenarios);
  const folder = mkdtempSync(join(root, 'run-'));
  mkdirSync(join(folder, 'allure-results'));
  for (let number = 0; number < results; number += 1) writeFileSync(join(folder, 'allure-results', `${number}-result.json`), '{}');
  writeFileSync(join(folder, 'allure-results', '9-attachment.log'), 'no result');
  return { folder, verdicts: { ...verdicts, verdict: 'fail', ...change } };
}

const fleet = (...runs: FleetRun[]): ReturnType<typeof fleetResults> => fleetResults({ runs, unread: [], missing: [] });

test('a run with a result for each of its scenarios is shown by them alone', () => {
  const run = runWith(2);
  expect(fleet(run)).toEqual({ folders: [join(run.folder, 'allure-results')], standIns: [], trouble: null });
});

test.each([0, 1, 3])('a run of two scenarios with %i result(s) is not shown, and a result of its own says so with its verdict', (results) => {
  const run = runWith(results);
  const { folders, standIns, trouble } = fleet(run);
  expect(folders).toEqual([]);
  expect(standIns).toMatchObject([{ environment: 'prod-a', run: run.verdicts.run, verdict: 'not-shown', message: `The run is judged FAIL (1 pass, 1 fail), and its report could not be made: 2 scenario(s) have ${results} result(s)` }]);
  expect(trouble).toContain(`The tests of prod-a/${run.verdicts.run} are not in the report over all`);
});

test('why the report of a run could not be made is told, also where nothing of it is there', () => {
  const run = { ...runWith(2), folder: join(root, 'nowhere'), trouble: 'no space left' };
  expect(fleet(run).standIns[0]?.message).toContain('its report could not be made: no space left');
});

test.each([
  ['whose record is incomplete', two.slice(0, 1), { verdict: 'inconclusive', incomplete: true }, /the record is incomplete/],
  ['without a scenario', [], { verdict: 'inconclusive' }, /nothing was validated/],
] as const)('a run %s has no test that is inconclusive, so it gets one', (_what, scenarios, change, said) => {
  const { standIns, trouble } = fleet(runWith(scenarios.length, scenarios, change));
  expect(standIns).toMatchObject([{ verdict: 'inconclusive', message: expect.stringMatching(said) as string }]);
  expect(trouble).toBeNull();
});

test('what cannot be read and what is not there is written as broken, never as skipped, and nothing else is', () => {
  const { standIns } = fleetResults({ runs: [], unread: [{ environment: 'prod-b', run: 'x', verdict: 'inconclusive', reason: 'damaged' }], missing: ['prod-c'] });
  mkdirSync(join(root, 'allure-results'));
  writeFileSync(join(root, 'allure-results', 'stale-result.json'), '{}');
  const folder = writeStandIns(standIns, root);
  const written = readdirSync(folder).toSorted().map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as { labels: { name: string; value: string }[] });
  expect(written).toMatchObject([
    { name: 'Run x of prod-b', status: 'broken', statusDetails: { message: 'Inconclusive: its record cannot be read: damaged' } },
    { name: 'No run of prod-c', status: 'broken', statusDetails: { message: expect.stringMatching(/^Blocked: No run of it is there/) as string } },
  ]);
  for (const [result, label] of [[written[0], { name: 'run', value: 'x' }], [written[1], { name: 'verdict', value: 'blocked' }], [written[1], { name: 'parentSuite', value: 'prod-c' }]] as const) expect(result?.labels).toContainEqual(label);
});

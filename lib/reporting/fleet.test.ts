import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { deriveAll } from './derive-all.ts';
import { deriveFleet, renderFleetSummary } from './fleet.ts';
import type { FleetRun } from './allure/fleet-report.ts';
import { startBrowser } from './testing/browser.ts';
import { judgedRun, judgedScenario } from './testing/judged.ts';
import { beginSynthetic } from './testing/synthetic-run.ts';
import { tellEnd, tellHealth, tellNodeFailure } from './testing/story.ts';

test('the summary has a line a run and everything that is not a pass; one incomplete run makes the whole no pass', () => {
  const runs: FleetRun[] = [judgedRun('prod-a', 1, [judgedScenario([100])]), judgedRun('prod-b', 1, [judgedScenario([100], { id: 'backup.web.r1', verdict: 'blocked', reason: 'osd.2 is down' })])];
  const text = renderFleetSummary(runs);
  expect(text).toMatch(/^# ■ blocked: 2 environment\(s\)\n\n1 pass, 1 blocked, in 2 run\(s\)\./);
  expect(text).toMatch(/\| ✔ pass \| prod-a \| pacemaker \| \S+ \| 1 pass \| complete \|/);
  expect(text).toMatch(/\| ■ blocked \| prod-b \| backup\.web\.r1 \| osd\.2 is down \|/);
  const [first] = runs;
  if (first === undefined) throw new Error('no run was made');
  expect(renderFleetSummary([{ ...first, verdicts: { ...first.verdicts, incomplete: true } }])).toMatch(/^# \? inconclusive/);
});

test('an environment that was expected and has no run is a blocked line, and the whole is no pass', () => {
  const text = renderFleetSummary([judgedRun('prod-a', 1, [judgedScenario([100])])], { missing: ['prod-b'] });
  expect(text).toMatch(/^# ■ blocked: 2 environment\(s\)\n\n1 pass, in 1 run\(s\)\. No run of prod-b\.\n/);
  expect(text).toMatch(/\| ■ blocked \| prod-b \| +\| none \| +\| MISSING \|/);
  expect(text).toMatch(/\| ■ blocked \| prod-b \| +\| No run of it is there: /);
  expect(renderFleetSummary([], { missing: ['prod-a', 'prod-b'] })).toMatch(/^# ■ blocked: 2 environment/);
});

test('a run without a scenario passes in a fleet no more than alone', () => {
  const empty = judgedRun('prod-b', 1, []);
  const runs: FleetRun[] = [judgedRun('prod-a', 1, [judgedScenario([100])]), { ...empty, verdicts: { ...empty.verdicts, verdict: 'inconclusive' } }];
  expect(renderFleetSummary(runs)).toMatch(/^# \? inconclusive/);
});

test('one report holds the tests of every run, which can be switched, and a later pass hides no fail', { timeout: 240_000 }, async () => {
  const root = mkdtempSync(join(tmpdir(), 'fleet-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const runs: FleetRun[] = [];
  for (const [environment, backMs] of [['prod-a', 38_000], ['prod-a', 12_000], ['prod-b', 12_000]] as const) {
    const run = beginSynthetic(root, { environment, limits: { 'node-failure': { outage: 30_000 } } });
    tellHealth(run, 10);
    tellNodeFailure(run, 2000, 'node-failure.web.r1', { backMs });
    tellEnd(run, 100_000);
    runs.push({ folder: run.writer.folder, verdicts: (await deriveAll(run.writer.folder)).verdicts });
  }
  const { verdict, allure, trouble } = await deriveFleet(runs, join(root, 'fleet'), { missing: ['prod-c'] });
  expect({ verdict, trouble }).toEqual({ verdict: 'fail', trouble: null });
  const { context, close } = await startBrowser();
  onTestFinished(close);
  const page = await context.newPage();
  await page.goto(`file://${allure}`);
  const shown = async (): Promise<string> => page.innerText('body');
  await expect.poll(shown, { timeout: 60_000 }).toContain('Environment: "prod-b"');
  const all = await shown();
  expect(all).toContain('Fleet: FAIL, 3 environment(s), 3 run(s)');
  expect(all).toMatch(/\nTotal\n7\nFailed\n1\nBroken\n1\nPassed\n5\n/);
  expect(all).toContain('Environment: "prod-c"');
  for (const number of [1, 2]) expect(all).toMatch(new RegExp(`Environment: "prod-a ${number} of 2, run \\d{8}T\\d{6}Z-\\w+"`));
  await page.getByTestId('environment-picker-button').click();
  expect(await page.getByText('default', { exact: true }).count()).toBe(0);
  await page.getByText('prod-b', { exact: true }).click();
  await expect.poll(shown, { timeout: 30_000 }).not.toContain('Environment: "prod-a');
  expect(await shown()).toContain('Losing a node');
});

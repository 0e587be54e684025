import { expect, test } from 'vitest';
import type { JudgedRun } from '../judged-run.ts';
import { judgedByTool, judgedRun, judgedScenario } from '../testing/judged.ts';
import { metricFamilies } from './metric-families.ts';
import type { MetricPoint } from './metric-families.ts';

function points(scenarios: Parameters<typeof judgedRun>[2], name: string): MetricPoint[] {
  return metricFamilies(judgedRun('prod-a', 1, scenarios)).find((family) => family.name === name)?.points ?? [];
}

test('a measurement is its two bounds in seconds, a limit beside them', () => {
  const scenario = judgedScenario([], { measurements: [{ name: 'outage', guest: 'web', probe: 'web.icmp', from: 'n1', to: 'n2', unit: 'ms', lo: 230, hi: 250, limit: 1000, verdict: 'pass', period: 10, source: 'probe' }] });
  const labels = { environment: 'prod-a', scenario: scenario.id, row: 'node-failure', guest: 'web', variant: 'worker', repeat: '1', measurement: 'outage', of: 'web', probe: 'web.icmp', from: 'n1', to: 'n2' };
  expect(points([scenario], 'ha_acceptance_measurement_seconds')).toEqual([{ labels: { ...labels, bound: 'lower' }, value: 0.23 }, { labels: { ...labels, bound: 'upper' }, value: 0.25 }]);
  expect(points([scenario], 'ha_acceptance_limit_seconds')).toEqual([{ labels, value: 1 }]);
});

test('the run is told with the versions that measured and judged it, as far as they are known', () => {
  const info = (run: JudgedRun): MetricPoint['labels'] | undefined => metricFamilies(run).find(({ name }) => name === 'ha_acceptance_run_info')?.points[0]?.labels;
  const run = judgedRun('prod-a', 1, []);
  expect(info(judgedByTool(run, 'ha-acceptance 9.9.9'))).toMatchObject({ tool: run.description.tool, derived_by: 'ha-acceptance 9.9.9' });
  expect(info(judgedByTool(run, null))).not.toHaveProperty('derived_by');
});

test('an outage without an end is above every limit', () => {
  const scenario = judgedScenario([100], {}, { hi: null });
  expect(points([scenario], 'ha_acceptance_measurement_seconds').find(({ labels }) => labels['bound'] === 'upper')?.value).toBe(Number.POSITIVE_INFINITY);
});

test('figures that share every label are numbered: none takes the place of another', () => {
  const keys = points([judgedScenario([100, 200])], 'ha_acceptance_measurement_seconds').map(({ labels }) => JSON.stringify(labels));
  expect(new Set(keys).size).toBe(4);
});

test('the verdict of the run is a one among zeros, and scenarios are counted by verdict', () => {
  const scenarios = [judgedScenario([100]), judgedScenario([], { id: 'backup.web.r1', row: 'backup', verdict: 'blocked' })];
  expect(points(scenarios, 'ha_acceptance_run_verdict').map(({ labels, value }) => [labels['verdict'], value])).toEqual([['pass', 1], ['fail', 0], ['inconclusive', 0], ['blocked', 0], ['not-applicable', 0]]);
  expect(points(scenarios, 'ha_acceptance_scenarios').find(({ labels }) => labels['verdict'] === 'blocked')?.value).toBe(1);
  expect(points(scenarios, 'ha_acceptance_scenario_verdict').map(({ labels }) => labels['verdict'])).toEqual(['pass', 'blocked']);
});

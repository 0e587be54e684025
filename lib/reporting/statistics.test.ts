import { expect, test } from 'vitest';
import type { Measurement, ScenarioVerdict } from '../record/types.ts';
import { statisticsOf } from './statistics.ts';

type Figure = Pick<Measurement, 'lo' | 'hi'> & Partial<Measurement>;

function scenario(figures: readonly Figure[], changes: Partial<ScenarioVerdict> = {}): ScenarioVerdict {
  const measurements = figures.map((figure): Measurement => ({ name: 'outage', from: null, to: null, unit: 'ms', limit: null, verdict: null, period: 10, source: '', ...figure }));
  return { id: 'node-failure.web.r1', row: 'node-failure', guest: 'web', repeat: 1, target: { node: null, role: null, disk: null }, fault: null, verdict: 'pass', reason: null, missingCapability: null, phases: [], measurements, lost: null, late: null, sent: null, duplicates: null, blind: null, startedAt: null, duration: null, ...changes };
}

const around = (middle: number): Figure => ({ lo: middle - 5, hi: middle + 5 });

test('the median of the middles, its exact interval from six figures on, the worst upper end, and every run', () => {
  const three = [10, 30, 20].map((middle, index) => scenario([around(middle)], { id: `node-failure.web.r${index + 1}` }));
  const [few] = statisticsOf(three);
  expect(few).toMatchObject({ row: 'node-failure', measurement: 'outage', guest: 'web', n: 3, median: 20, interval: null, worst: 35, holes: [] });
  expect(few?.runs).toEqual([{ scenario: 'node-failure.web.r1', lo: 5, hi: 15, verdict: 'pass' }, { scenario: 'node-failure.web.r2', lo: 25, hi: 35, verdict: 'pass' }, { scenario: 'node-failure.web.r3', lo: 15, hi: 25, verdict: 'pass' }]);
  const [six] = statisticsOf([scenario([10, 20, 30, 40, 50, 60].map(around))]);
  expect(six).toMatchObject({ n: 6, median: 35, interval: { lo: 10, hi: 60 }, worst: 65 });
});

test('a figure without an upper end is a hole that nothing is calculated across', () => {
  const [outage] = statisticsOf([scenario([around(10), { lo: 500, hi: null }])]);
  expect(outage).toMatchObject({ n: 2, median: null, interval: null, worst: null });
});

test.each<{ what: string; one: ScenarioVerdict; other: ScenarioVerdict }>([
  { what: 'guests', one: scenario([around(10)]), other: scenario([around(50)], { guest: 'dns' }) },
  { what: 'variants', one: scenario([around(10)], { variant: 'worker' }), other: scenario([around(50)], { variant: 'coordinator' }) },
  { what: 'roles of the target', one: scenario([around(10)], { target: { node: 'n1', role: 'worker', disk: null } }), other: scenario([around(50)], { target: { node: 'n1', role: 'coordinator', disk: null } }) },
  { what: 'guests that were measured', one: scenario([{ ...around(10), guest: 'web' }]), other: scenario([{ ...around(50), guest: 'dns' }]) },
  { what: 'moves', one: scenario([{ ...around(10), from: 'n1', to: 'n2' }]), other: scenario([{ ...around(50), from: 'n2', to: 'n1' }]) },
  { what: 'probes', one: scenario([{ ...around(10), probe: 'web.icmp' }]), other: scenario([{ ...around(50), probe: 'web.icmp-2' }]) },
])('$what are not mixed', ({ one, other }) => {
  expect(statisticsOf([one, other]).map(({ n, median }) => [n, median])).toEqual([[1, 10], [1, 50]]);
});

test('a run that gave no figure is a hole, not a zero', () => {
  const blocked = scenario([], { id: 'node-failure.web.r2', verdict: 'blocked' });
  const [outage] = statisticsOf([scenario([around(10)]), blocked, scenario([], { id: 'node-failure.dns.r1', guest: 'dns' })]);
  expect(outage).toMatchObject({ n: 1, median: 10, holes: ['node-failure.web.r2'] });
});

test('without measurements there are no statistics', () => {
  expect(statisticsOf([scenario([])])).toEqual([]);
});

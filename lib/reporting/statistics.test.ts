import { expect, test } from 'vitest';
import type { Measurement, ScenarioVerdict } from '../record/types.ts';
import { statisticsOf } from './statistics.ts';

function scenario(figures: readonly { lo: number; hi: number | null }[]): ScenarioVerdict {
  const measurements = figures.map(({ lo, hi }): Measurement => ({ name: 'outage', from: null, to: null, unit: 'ms', lo, hi, limit: null, verdict: null, period: 10, source: '' }));
  return { id: 'node-failure.web.r1', row: 'node-failure', guest: 'web', repeat: 1, target: { node: null, role: null, disk: null }, fault: null, verdict: 'pass', reason: null, missingCapability: null, phases: [], measurements, lost: null, late: null, sent: null, duplicates: null, blind: null, startedAt: null, duration: null };
}

const around = (middle: number): { lo: number; hi: number } => ({ lo: middle - 5, hi: middle + 5 });

test('the median of the middles, its exact interval from six figures on, and the worst upper end', () => {
  const [few] = statisticsOf([scenario([around(10), around(30)]), scenario([around(20)])]);
  expect(few).toEqual({ row: 'node-failure', measurement: 'outage', n: 3, median: 20, interval: null, worst: 35 });
  const [six] = statisticsOf([scenario([10, 20, 30, 40, 50, 60].map(around))]);
  expect(six).toMatchObject({ n: 6, median: 35, interval: { lo: 10, hi: 60 }, worst: 65 });
});

test('a figure without an upper end is a hole that nothing is calculated across', () => {
  const [outage] = statisticsOf([scenario([around(10), { lo: 500, hi: null }])]);
  expect(outage).toEqual({ row: 'node-failure', measurement: 'outage', n: 2, median: null, interval: null, worst: null });
});

test('without measurements there are no statistics', () => {
  expect(statisticsOf([scenario([])])).toEqual([]);
});

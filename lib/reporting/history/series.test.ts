import { expect, test } from 'vitest';
import type { Limits, Measurement, RunDescription } from '../../record/types.ts';
import { chartsOf } from '../document.ts';
import { judgedRun, judgedScenario } from '../testing/judged.ts';
import { historyDocument } from './history-document.ts';
import { lookBack } from './testing.ts';

const of = (limit: number): Limits => ({ 'node-failure': { outage: limit } });

test.each<[string, Partial<Measurement>, Partial<RunDescription>, object]>([
  ['the default that judged', { limit: 45_000, limitFrom: 'default' }, { limits: {}, defaultLimits: of(45_000) }, { limit: 45_000, limitFrom: 'default' }],
  ['what it was judged again by, not what the run was made with', { limit: 20_000, limitFrom: 'rejudge' }, { limits: of(60_000) }, { limit: 20_000, limitFrom: 'rejudge' }],
  ['that of the run where nothing says what judged', {}, { limits: of(60_000) }, { limit: 60_000, limitFrom: 'run' }],
  ['the default of the run where nothing says what judged', {}, { limits: {}, defaultLimits: of(45_000) }, { limit: 45_000, limitFrom: 'default' }],
  ['none where there is none', {}, { limits: {} }, { limit: null, limitFrom: null }],
])('the limit of a trend is %s', (_, measurement, description, expected) => {
  const history = lookBack([0, 1].map((night) => judgedRun('prod-a', night, [judgedScenario([38_000], {}, measurement)], description)));
  expect(history.series[0]).toMatchObject(expected);
});

test('a default limit is called so in the chart', () => {
  const drawn = (limitFrom: 'default' | 'run'): string | undefined => chartsOf(historyDocument(lookBack([judgedRun('prod-a', 0, [judgedScenario([38_000], {}, { limit: 45_000, limitFrom })])])))[0]?.svg;
  expect(drawn('default')).toContain('>default limit 45 s<');
  expect(drawn('run')).toContain('>limit 45 s<');
});

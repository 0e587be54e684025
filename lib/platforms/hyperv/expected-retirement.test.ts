import { expect, test } from 'vitest';
import { retirementTimes } from './expected-retirement.ts';

const timer = (value: string): { name: string; value: string }[] => [{ name: 'System.Storage.PhysicalDisk.AutoReplace.Enabled', value: 'True' }, { name: 'System.Storage.PhysicalDisk.AutoRetire.DelayMs', value }];
const pool = (retireMissing: string): { name: string; retireMissing: string }[] => [{ name: 'S2D', retireMissing }];

test.each<[string, ReturnType<typeof timer>, ReturnType<typeof pool>, number | null]>([
  ['the timer, as by default', timer('900000'), pool('Auto'), 900_000],
  ['a timer that was shortened', timer('60000'), pool('Auto'), 60_000],
  ['the pool, where it comes first', timer('900000'), pool('Always'), 300_000],
  ['the timer, where it comes before the pool', timer('60000'), pool('Always'), 60_000],
  ['the pool alone, where the timer is not told', [], pool('Always'), 300_000],
  ['nobody', [], pool('Auto'), null],
  ['nobody, where the timer is no number', timer('soon'), [], null],
])('a lost disk is given up by %s', (_what, health, pools, expected) => {
  const { retiredMs } = retirementTimes(health, pools);
  expect(retiredMs).toEqual(expected === null ? null : { lo: expected, hi: expected + 120_000 });
});

test('what is expected is explained, what is not told is named, and what is assumed is called so', () => {
  expect(retirementTimes(timer('900000'), pool('Always')).terms).toEqual([
    'the health service retires a lost disk after 900 s (AutoRetire.DelayMs)',
    'pool S2D gives up a missing disk 300 s after a write to it failed (RetireMissingPhysicalDisks Always)',
    'up to 120 s until it has looked (assumed: no figure is documented)',
  ]);
  expect(retirementTimes([], pool('Never')).terms).toEqual(['when the health service retires a lost disk is not told (AutoRetire.DelayMs)']);
});

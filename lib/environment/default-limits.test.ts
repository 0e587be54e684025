import { expect, test } from 'vitest';
import { rowNames } from '../record/types.ts';
import { defaultLimits, defaultLimitsFor } from './default-limits.ts';

test('a usual probe judges the defaults as they are', () => {
  expect(defaultLimitsFor(10)).toEqual(defaultLimits);
  expect(defaultLimits['live-migration']).toEqual({ outage: 2000 });
});

test('a slow probe is not asked for more than it can tell', () => {
  expect(defaultLimitsFor(3000)).toMatchObject({ 'live-migration': { outage: 6000 }, 'node-failure': { outage: 360_000 } });
});

test('every row that breaks something or moves a guest has one', () => {
  const without = ['cluster-health', 'prerequisites', 'backup-restore', 'replication'];
  expect([...Object.keys(defaultLimits), ...without].toSorted()).toEqual([...rowNames].toSorted());
});

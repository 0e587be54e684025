import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inventedEnvironment } from '../safety/invented-cluster.ts';
import { mergedLimits } from '../record/limit-files.ts';
import { idleLimitFiles, plannedLimits, sayPlannedLimits } from './planned-limits.ts';

const limitFiles = [
  { file: 'strict.yaml', limits: { 'disk-removal': { outage: 500 } } },
  { file: join(process.cwd(), 'environments/invented.yaml'), limits: { 'disk-removal': { outage: 1000, lost: 3 } } },
];
const environment = inventedEnvironment({ limits: mergedLimits(limitFiles), limitFiles });

test('each limit is told with the file that set it, and what none sets as a default', () => {
  const planned = plannedLimits(environment, 'disk-removal');
  expect(planned).toEqual({ limits: { outage: 500, lost: 3 }, limitsFrom: { outage: 'strict.yaml', lost: 'environments/invented.yaml' }, defaultLimits: { 'write-gap': 30_000 } });
  expect(sayPlannedLimits(planned)).toEqual(['outage <= 500 ms (strict.yaml)', 'lost <= 3 packets (environments/invented.yaml)', 'write-gap <= 30000 ms (default)']);
});

test('a file that names no limit of what is planned is told', () => {
  expect(idleLimitFiles(environment, ['backup'])).toEqual(['strict.yaml names no limit of what is planned: it changes nothing here.']);
  expect(idleLimitFiles(environment, ['backup', 'disk-removal'])).toEqual([]);
});

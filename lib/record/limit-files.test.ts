import { expect, test } from 'vitest';
import { fileThatSet, idleFiles, mergedLimits, sayLimitFiles } from './limit-files.ts';

const own = { file: 'environments/made.yaml', limits: { 'live-migration': { outage: 1000, lost: 3 }, 'node-failure': { outage: 60_000 } } };
const strict = { file: 'strict.yaml', limits: { 'live-migration': { outage: 500 }, backup: { outage: 100 } } };
const files = [strict, own];

test('what the first file does not name stays as the one behind it has it, within a row, too', () => {
  expect(mergedLimits(files)).toEqual({ 'live-migration': { outage: 500, lost: 3 }, 'node-failure': { outage: 60_000 }, backup: { outage: 100 } });
  expect(mergedLimits([])).toEqual({});
});

test('merging leaves the files as they were', () => {
  const before = structuredClone(files);
  mergedLimits(files);
  expect(files).toEqual(before);
});

test('each limit is of the first file that sets it, and of none where the files say another one', () => {
  expect(fileThatSet(files, 'live-migration', 'outage', 500)).toBe('strict.yaml');
  expect(fileThatSet(files, 'live-migration', 'lost', 3)).toBe('environments/made.yaml');
  expect(fileThatSet([{ ...strict, limits: own.limits }, own], 'live-migration', 'lost', 3)).toBe('strict.yaml');
  expect(fileThatSet(files, 'live-migration', 'outage', 700)).toBeUndefined();
  expect(fileThatSet(files, 'disk-removal', 'outage', 500)).toBeUndefined();
});

test('files in words, and those that name no limit of some rows', () => {
  expect(sayLimitFiles(files)).toBe('strict.yaml; else environments/made.yaml');
  expect(idleFiles([...files, { file: 'empty.yaml', limits: { 'node-failure': {} } }], ['node-failure'])).toEqual(['strict.yaml', 'empty.yaml']);
});

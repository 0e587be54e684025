import { expect, test } from 'vitest';
import { backupOf } from './backup-evidence.ts';
import { listBackups } from './requests/storage.ts';
import { recordedData } from './testing/recorded.ts';
import { parseUpid } from './upid.ts';

const task = parseUpid(recordedData('vzdump100')) ?? expect.fail('no UPID');
const listed = listBackups('pve2', 'shared', '100').answer.parse(recordedData('backup-content'));
const [backup] = listed;

test('the recorded backup is found by its task', () => {
  expect(backupOf(task, listed)).toEqual(backup);
});

test.each([
  ['of before', { createdAt: 1795198404 }],
  ['of another guest', { vmid: '101' }],
  ['that is empty', { bytes: 0 }],
])('a backup %s is no evidence', (_what, change) => {
  expect(backupOf(task, listed.map((each) => ({ ...each, ...change })))).toBeNull();
});

test('a later backup of somebody else is not taken for it', () => {
  const later = listed.map((each) => ({ ...each, createdAt: each.createdAt + 60, volume: 'later' }));
  expect(backupOf(task, [...later, ...listed])).toEqual(backup);
});

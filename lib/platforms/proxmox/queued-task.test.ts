import { expect, test } from 'vitest';
import { isQueued, realTaskOf } from './queued-task.ts';
import { clusterTasks, nodeTasks } from './requests/tasks.ts';
import { recordedData } from './testing/recorded.ts';
import { parseUpid } from './upid.ts';
import type { Upid } from './upid.ts';

function upid(text: unknown): Upid {
  const parsed = parseUpid(text);
  if (parsed === null) throw new Error(`${String(text)} is no UPID.`);
  return parsed;
}

const queued = upid(recordedData('hamigrate100'));
const tasks = nodeTasks('pve2').answer.parse(recordedData('tasks-vmid'));

test('a hamigrate and a hastop only queue; a migration is the thing itself', () => {
  expect(isQueued(queued)).toBe(true);
  expect(isQueued(upid(recordedData('ha-stop-task')))).toBe(true);
  expect(isQueued(upid(recordedData('migrate100-nonha')))).toBe(false);
});

test('the real migration is found on the source, though root@pam started it', () => {
  expect(realTaskOf(queued, tasks)?.upid).toBe('UPID:pve2:0000037F:00049F42:6B008DF7:qmigrate:100:root@pam:');
});

test('a migration of before, of another guest, or another kind of task is not taken for it', () => {
  expect(realTaskOf({ ...queued, startTime: queued.startTime + 11 }, tasks)).toBeNull();
  expect(realTaskOf({ ...queued, id: '101' }, tasks)).toBeNull();
  expect(realTaskOf({ ...queued, type: 'hastop' }, tasks)).toBeNull();
  expect(realTaskOf({ ...queued, type: 'vzdump' }, tasks)).toBeNull();
});

test('in the list of the cluster the task of another node is found, with clocks a little apart', () => {
  const all = clusterTasks().answer.parse(recordedData('cluster-tasks-final'));
  expect(realTaskOf({ ...queued, type: 'hastart', node: 'pve1', startTime: 1795199235 }, all)?.upid).toBe('UPID:pve2:00000533:0005CECF:6B009100:qmstart:100:root@pam:');
  expect(realTaskOf({ ...queued, type: 'hastart', node: 'pve1', startTime: 1795199240 }, all)).toBeNull();
});

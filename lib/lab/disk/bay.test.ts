import { expect, test } from 'vitest';
import { parseDiskPath } from './bay.ts';

const ids = ['osd.0', 'osd.1', 'osd.2'];

test.each([
  ['/disks/osd.1/remove', { id: 'osd.1', action: 'remove' }],
  ['/disks/osd.0/insert', { id: 'osd.0', action: 'insert' }],
  ['/disks/osd.2/replace', { id: 'osd.2', action: 'replace' }],
  ['/disks/osd%2E2/status', { id: 'osd.2', action: 'status' }],
])('%s is understood', (path, request) => {
  expect(parseDiskPath(path, ids)).toStrictEqual(request);
});

test('a path that is none of the bay is left to others', () => {
  expect(parseDiskPath('/health', ids)).toBeNull();
});

test.each([
  ['/disks/osd.9/remove', 'The disk bay has no disk "osd.9". Its disks are osd.0, osd.1, osd.2.'],
  ['/disks/osd.1/explode', 'The disk bay can remove, insert, replace, status, not "explode".'],
  ['/disks/osd.1', 'The disk bay can remove, insert, replace, status, not "".'],
  ['/disks/osd.1/remove/twice', 'The disk bay can remove, insert, replace, status, not "remove".'],
])('%s is refused with what there is', (path, message) => {
  expect(() => parseDiskPath(path, ids)).toThrow(message);
});

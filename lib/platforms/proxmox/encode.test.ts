import { expect, test } from 'vitest';
import { z } from 'zod';
import { encodeForm, encodeRequest, fillPath } from './encode.ts';
import { read, write } from './request.ts';

test('truth is 1 and 0, never "true"', () => {
  expect(encodeForm({ online: true, 'with-local-disks': false })).toBe('online=1&with-local-disks=0');
});

test('a list is its key repeated, and nothing in it is taken apart', () => {
  expect(encodeForm({ command: ['/bin/echo', 'a b', 'c,d;e'] })).toBe('command=%2Fbin%2Fecho&command=a+b&command=c%2Cd%3Be');
});

test('a UPID is percent-encoded in a path', () => {
  expect(fillPath('/nodes/{node}/tasks/{upid}/status', { node: 'pve1', upid: 'UPID:pve1:0000038E:00047C42:6B008D9D:qmigrate:100:root@pam!t:' })).toBe('/nodes/pve1/tasks/UPID%3Apve1%3A0000038E%3A00047C42%3A6B008D9D%3Aqmigrate%3A100%3Aroot%40pam!t%3A/status');
});

test.each(['', '.', '..'])('"%s" is no value of a path', (node) => {
  expect(() => fillPath('/nodes/{node}/status', { node })).toThrow(/cannot stand for \{node\}/);
});

test('a value cannot climb out of its place', () => {
  expect(fillPath('/nodes/{node}/status', { node: '../../access/users' })).toBe('/nodes/..%2F..%2Faccess%2Fusers/status');
});

test('a DELETE has no body', () => {
  expect(encodeRequest(write('DELETE', '/nodes/{node}/qemu/{vmid}', { node: 'pve1', vmid: '9100' }, z.string(), { purge: true }))).toEqual({ path: '/api2/json/nodes/pve1/qemu/9100?purge=1' });
  expect(encodeRequest(write('DELETE', '/cluster/ha/rules/{rule}', { rule: 'keep1' }, z.null()))).toEqual({ path: '/api2/json/cluster/ha/rules/keep1' });
});

test('parameters that are undefined are left out', () => {
  expect(encodeRequest(read('/cluster/resources', {}, z.unknown(), { type: undefined }))).toEqual({ path: '/api2/json/cluster/resources' });
  expect(encodeRequest(write('POST', '/nodes/{node}/vzdump', { node: 'pve1' }, z.string(), { vmid: 100, mode: undefined }))).toEqual({ path: '/api2/json/nodes/pve1/vzdump', form: 'vmid=100' });
});

import { expect, test } from 'vitest';
import { apiSchema, findMethod, wrongParameters } from './schema.ts';

const schema = apiSchema('9.1');
const wrong = (method: string, path: string, ...given: [string, string][]) => {
  const found = findMethod(schema, method, path);
  return found === null ? 'no such call' : wrongParameters(found.method, [...Object.entries(found.values), ...given]);
};

test.each<[string, string, string, [string, string][], unknown]>([
  ['an unknown path', 'GET', '/nosuch', [], 'no such call'],
  ['a method that the path lacks', 'DELETE', '/cluster/status', [], 'no such call'],
  ['a path that is not encoded', 'GET', '/nodes/pve1/storage/s/content/shared:backup/x/y', [], 'no such call'],
  ['an unknown parameter', 'GET', '/cluster/status', [['foo', 'bar']], { foo: expect.stringContaining('not defined in schema') as string }],
  ['a missing parameter', 'POST', '/nodes/pve1/qemu/100/migrate', [], { target: 'property is missing and it is not optional' }],
  ['"true" in a form', 'POST', '/nodes/pve1/qemu/100/migrate', [['target', 'pve2'], ['online', 'true']], { online: "type check ('boolean') failed - got 'true'" }],
  ['a number that is none', 'GET', '/nodes/pve1/tasks', [['limit', 'many']], { limit: "type check ('integer') failed - got 'many'" }],
  ['a number out of bounds', 'GET', '/nodes/pve1/qemu/99/config', [], { vmid: 'value must have a minimum value of 100' }],
  ['a word out of its enumeration', 'POST', '/nodes/pve1/status', [['command', 'bogus']], { command: "value 'bogus' does not have a value in the enumeration 'reboot, shutdown'" }],
  ['a name of the wrong form', 'POST', '/nodes/pve1/qemu/100/migrate', [['target', 'pve_2!']], { target: expect.stringContaining('invalid format') as string }],
  ['a list where one is wanted', 'POST', '/nodes/pve1/vzdump', [['mode', 'stop'], ['mode', 'suspend']], { mode: "type check ('string') failed - got ARRAY" }],
  ['a service that does not fit its pattern', 'POST', '/nodes/pve1/ceph/stop', [['service', 'osd.3; reboot']], { service: 'value does not match the regex pattern' }],
])('refuses %s', (_what, method, path, given, says) => {
  expect(wrong(method, path, ...given)).toEqual(says);
});

test('takes numbered parameters, lists and the nearest path', () => {
  expect(wrong('PUT', '/nodes/pve1/qemu/100/config', ['net0', 'virtio=x'])).toEqual({});
  expect(wrong('POST', '/nodes/pve1/qemu/100/agent/exec', ['command', 'a'], ['command', 'b'])).toEqual({});
});

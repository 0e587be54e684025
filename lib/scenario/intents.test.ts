import { expect, test } from 'vitest';
import type { Fault } from '../faults/fault.ts';
import { intentsOf } from './intents.ts';

function fault(node: string, disk: string | null): Fault {
  return { name: 'disk-removal', title: 'out', target: { node, role: 'worker', disk }, overrides: ['beyond-redundancy'], undo: { inverse: 'invented', version: 1, data: {}, title: 'in', manual: [] }, apply: async () => undefined, confirmed: async () => true };
}

const faults = [fault('n1', 'disk.0'), fault('n2', 'disk.1')];

test('faults that will be in place together are asked about together', () => {
  expect(intentsOf({ permissions: ['backup'], faults, together: true }, 'web').map(({ fault: name, node, disk, guest, beside, overrides }) => ({ name, node, disk, guest, beside, overrides }))).toEqual([
    { name: 'backup', node: null, disk: null, guest: 'web', beside: undefined, overrides: undefined },
    { name: 'disk-removal', node: 'n1', disk: 'disk.0', guest: 'web', beside: [], overrides: ['beyond-redundancy'] },
    { name: 'disk-removal', node: 'n2', disk: 'disk.1', guest: 'web', beside: [{ node: 'n1', role: 'worker', disk: 'disk.0' }], overrides: ['beyond-redundancy'] },
  ]);
});

test('faults that follow each other are not', () => {
  expect(intentsOf({ permissions: [], faults }, null).map(({ beside }) => beside)).toEqual([[], []]);
});

import { expect, test } from 'vitest';
import { inventedEnvironment, inventedSnapshot } from '../safety/invented-cluster.ts';
import { hadNotArrived, otherEnd, settledPlace } from './interrupted-migration.ts';

const power = { hand: 'command' as const, off: ['false'], on: ['false'], status: ['false'] };
const nodes = ['n1', 'n2', 'n3'].map((name) => ({ name, address: '192.0.2.11', disks: [], ...(name === 'n1' ? {} : { power }) }));

test('the guest goes to a node that is up, allowed, and can be switched off', () => {
  const environment = inventedEnvironment({ nodes });
  expect(otherEnd(environment, inventedSnapshot(), 'n2')).toBe('n3');
  expect(() => otherEnd({ ...environment, allow: { ...environment.allow, nodes: ['n1', 'n2'] } }, inventedSnapshot(), 'n2')).toThrow('no node to migrate to from n2');
  const down = inventedSnapshot().nodes.map((node) => ({ ...node, online: node.name !== 'n3' }));
  expect(() => otherEnd(environment, inventedSnapshot({ nodes: down }), 'n2')).toThrow('no node to migrate to');
});

test('a guest is settled where it runs alone, is meant to run, and nothing is done to it', () => {
  const state = { name: 'web', kind: 'vm' as const, haManaged: true, haState: 'started' as const, assignedTo: 'n2', runningOn: ['n2'] };
  const placeOf = (changes: object, lost = 'n1'): string | null => settledPlace(inventedSnapshot({ guests: [{ ...state, ...changes }] }), 'web', lost);
  expect(placeOf({})).toBe('n2');
  expect([placeOf({}, 'n2'), placeOf({ runningOn: ['n2', 'n3'] }), placeOf({ runningOn: [] }), placeOf({ haState: 'stopping' }), placeOf({ assignedTo: 'n3' })]).toEqual([null, null, null, null, null]);
});

test('a guest whose boot goes on had arrived before its source was gone, so nothing is claimed', () => {
  const at = (to: number, boot: string) => ({ to, boot });
  expect(hadNotArrived([at(1, 'a'), at(9, 'b')], 5)).toEqual({ ok: true, detail: 'boot a before, b after' });
  expect(hadNotArrived([at(1, 'a'), at(9, 'a')], 5).ok).toBeNull();
  expect(hadNotArrived([at(9, 'b')], 5).ok).toBeNull();
});

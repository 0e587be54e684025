import { expect, test } from 'vitest';
import type { NodeConfig } from '../environment/environment.ts';
import { inventedEnvironment, inventedSnapshot } from '../safety/invented-cluster.ts';
import { losesQuorum, majorityCut, twoDisks, twoNodes } from './losses.ts';

const hand = { hand: 'command' as const, status: ['false'] };
const nodes: NodeConfig[] = ['n1', 'n2', 'n3'].map((name, index) => ({
  name,
  address: `192.0.2.${11 + index}`,
  power: { ...hand, off: ['false'], on: ['false'] },
  network: { ...hand, disconnect: ['false'], connect: ['false'] },
  disks: [{ id: `disk.${index}`, ...hand, remove: ['false'], insert: ['false'] }],
}));
const environment = inventedEnvironment({ nodes });
const { allow } = environment;

test('two disks of two nodes, the nodes that run guests first', () => {
  expect(twoDisks(environment, inventedSnapshot()).map(({ target, overrides }) => [target.node, target.disk, overrides])).toEqual([['n2', 'disk.1', ['beyond-redundancy']], ['n1', 'disk.0', ['beyond-redundancy']]]);
});

test('a disk that is down is not counted on', () => {
  const [storage] = inventedSnapshot().storage;
  const lame = inventedSnapshot({ storage: storage === undefined ? [] : [{ ...storage, disks: storage.disks.map((disk) => ({ ...disk, up: disk.node === 'n3' })) }] });
  expect(() => twoDisks(environment, lame)).toThrow('Two disks on two nodes cannot be taken out');
});

test('disks that different nodes have for themselves are no two copies of the same data', () => {
  const [storage] = inventedSnapshot().storage;
  const own = inventedSnapshot({ storage: storage === undefined ? [] : storage.disks.map((disk) => ({ ...storage, name: `tank of ${disk.node}`, ofNode: disk.node, disks: [disk] })) });
  expect(() => twoDisks(environment, own)).toThrow('that one storage of both knows');
});

test('two nodes with hands, and only nodes that are allowed', () => {
  expect(twoNodes(environment, inventedSnapshot()).map(({ name, target, overrides }) => [name, target.node, overrides])).toEqual([
    ['node-power', 'n2', ['beyond-quorum', 'beyond-redundancy']],
    ['node-power', 'n1', ['beyond-quorum', 'beyond-redundancy']],
  ]);
  expect(() => twoNodes({ ...environment, allow: { ...allow, nodes: ['n1'] } }, inventedSnapshot())).toThrow('Two nodes cannot lose their power');
  expect(() => twoNodes({ ...environment, nodes: nodes.slice(0, 2) }, inventedSnapshot())).toThrow('three nodes are needed');
});

test('as many nodes are cut off as it takes to lose quorum', () => {
  expect(majorityCut(environment, inventedSnapshot()).map(({ name, target }) => [name, target.node])).toEqual([['network-partition', 'n2'], ['network-partition', 'n1']]);
  const five = inventedSnapshot({ votes: { expected: 5, present: 5, needed: 3, byNode: { n1: 1, n2: 1, n3: 1 } } });
  expect(() => majorityCut(environment, five)).toThrow('3 of 5 votes must be cut off');
  const heavy = inventedSnapshot({ votes: { expected: 4, present: 4, needed: 3, byNode: { n1: 1, n2: 2, n3: 1 } } });
  expect(majorityCut(environment, heavy).map(({ target }) => target.node)).toEqual(['n2']);
  expect(() => majorityCut(environment, inventedSnapshot({ votes: { expected: 3, present: 3, needed: 2, byNode: { n1: 1 } } }))).toThrow('does not say how many votes n2');
  expect(() => majorityCut(environment, inventedSnapshot({ votes: null }))).toThrow('The votes could not be read');
});

test('quorum goes when fewer votes are left than are needed', () => {
  expect([['n1'], ['n1', 'n2']].map((names) => losesQuorum(inventedSnapshot(), names))).toEqual([false, true]);
  const votes = { expected: 4, present: 4, needed: 3, byNode: { n1: 2, n2: 1 } };
  expect([['n1'], ['n2'], ['n2', 'n3']].map((names) => losesQuorum({ votes }, names))).toEqual([true, false, false]);
  expect(losesQuorum({ votes: null }, ['n1', 'n2', 'n3'])).toBe(false);
});

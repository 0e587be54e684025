import { expect, test } from 'vitest';
import { inventedSnapshot } from '../safety/invented-cluster.ts';
import { disksAreNoticed, nodesAreNoticed, nodesHeard, stateOfQuorum, stateOfStorage } from './limit-state.ts';

const [storage] = inventedSnapshot().storage;
const withDisksUp = (...up: string[]) => inventedSnapshot({ storage: storage === undefined ? [] : [{ ...storage, serving: false, redundancyShare: 0, disks: storage.disks.map((disk) => ({ ...disk, up: up.includes(disk.id) })) }] });

test('two disks are noticed when both are down, not when one is', () => {
  const noticed = disksAreNoticed(['disk.0', 'disk.1']);
  expect([inventedSnapshot(), withDisksUp('disk.1', 'disk.2'), withDisksUp('disk.2')].map(noticed)).toEqual([false, false, true]);
});

test('a reading that lacks the storage of a disk does not tell, unless it shows the other one up', () => {
  const unread = [{ what: 'storage of node n2', why: 'no answer' }];
  expect([inventedSnapshot({ storage: [] }), inventedSnapshot({ storage: [], unread })].map(disksAreNoticed(['disk.0', 'disk.1']))).toEqual([null, null]);
  expect([{ ...withDisksUp('disk.1', 'disk.2'), unread }, { ...inventedSnapshot(), unread }, inventedSnapshot()].map(disksAreNoticed(['disk.0', 'disk.9']))).toEqual([null, false, false]);
});

test('two nodes are noticed by the loss of quorum where that goes, and by nothing else', () => {
  const gone = inventedSnapshot().nodes.map((node) => ({ ...node, online: node.name === 'n3' }));
  expect([inventedSnapshot(), inventedSnapshot({ nodes: gone }), inventedSnapshot({ quorate: null, nodes: gone }), inventedSnapshot({ quorate: false })].map(nodesAreNoticed(['n1', 'n2'], true))).toEqual([false, false, null, true]);
  expect([inventedSnapshot(), inventedSnapshot({ nodes: gone })].map(nodesAreNoticed(['n1', 'n2'], false))).toEqual([false, true]);
});

test('says what the platform does at its limit', () => {
  expect(stateOfStorage(withDisksUp('disk.2'))).toBe('pool is frozen, 0 % of its data has all copies, 1 of 3 disks up');
  expect(stateOfStorage(inventedSnapshot({ storage: [], unread: [{ what: 'storage', why: 'no answer' }] }))).toBe('the storage does not answer (no answer)');
  const [dns, web] = inventedSnapshot().guests;
  const guests = dns === undefined || web === undefined ? [] : [{ ...dns, runningOn: [], haState: 'stopped' as const }, web];
  expect(stateOfQuorum(inventedSnapshot({ quorate: false, nodes: inventedSnapshot().nodes.map((node) => ({ ...node, online: node.name === 'n3' })), guests }))).toBe('no quorum, online: n3; as n3 alone can tell: dns is not seen to run (stopped), web runs on n2');
  expect(stateOfQuorum(inventedSnapshot())).toBe('quorate, online: n1, n2, n3; dns runs on n2, web runs on n2');
});

test('a node whose guests could not be read was not heard, nor one that is not online', () => {
  expect(nodesHeard(inventedSnapshot({ unread: [{ what: 'guests on node n1', why: 'no answer' }] }))).toEqual(['n2', 'n3']);
  const [, n2, n3] = inventedSnapshot().nodes;
  if (n2 === undefined || n3 === undefined) throw new Error('there are three nodes');
  expect(nodesHeard(inventedSnapshot({ nodes: [n2, { ...n3, online: false }] }))).toEqual(['n2']);
});

test('a node that tells its guests was heard, whether it is a member or not', () => {
  const [, n2, n3] = inventedSnapshot().nodes;
  if (n2 === undefined || n3 === undefined) throw new Error('there are three nodes');
  expect(nodesHeard(inventedSnapshot({ nodes: [n2, n3], toldBy: ['n3'] }))).toEqual(['n3']);
  expect(stateOfQuorum(inventedSnapshot({ quorate: false, nodes: [], guests: [], toldBy: ['n3'] }))).toContain('no quorum, online: none; as n3 alone can tell: ');
});

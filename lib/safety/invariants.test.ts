import { expect, test } from 'vitest';
import type { NodeState, Snapshot } from '../adapters/hypervisor.ts';
import { differences, wholeness } from './invariants.ts';
import { inventedEnvironment, inventedSnapshot } from './invented-cluster.ts';

const whole = inventedSnapshot();
const [web] = whole.guests;
const [storage] = whole.storage;

function complaints(changes: Partial<Snapshot>): { title: string; ok: boolean | null }[] {
  return wholeness(inventedSnapshot(changes), inventedEnvironment()).filter((finding) => finding.ok !== true).map(({ title, ok }) => ({ title, ok }));
}

/** A member that the invented environment does not have. */
function stranger(changes: Partial<NodeState> = {}): NodeState {
  return { name: 'n9', online: true, unclean: false, drained: false, role: 'worker', clockOffset: null, ...changes };
}

test('a whole cluster has no complaint, nor has one with a further member that is well', () => {
  expect(complaints({})).toEqual([]);
  expect(complaints({ nodes: [...whole.nodes, stranger(), stranger({ name: 'n10', drained: true })] })).toEqual([]);
});

test('a further member that is not well is named with its state and what to do', () => {
  const [finding] = wholeness(inventedSnapshot({ nodes: [...whole.nodes, stranger({ online: false, unclean: true })] }), inventedEnvironment()).filter(({ ok }) => ok !== true);
  expect(finding).toMatchObject({ detail: 'member n9 is not in the environment file and is offline, unclean, worker', remedy: expect.stringContaining('Start n9') });
});

test.each<{ what: string; changes: Partial<Snapshot>; title: string; ok: boolean | null }>([
  { what: 'no quorum', changes: { quorate: false }, title: 'the cluster has quorum', ok: false },
  { what: 'quorum unknown', changes: { quorate: null }, title: 'the cluster has quorum', ok: null },
  { what: 'a node is offline', changes: { nodes: whole.nodes.map((node) => (node.name === 'n3' ? { ...node, online: false } : node)) }, title: 'node n3 is up', ok: false },
  { what: 'a node is in standby', changes: { nodes: whole.nodes.map((node) => (node.name === 'n3' ? { ...node, drained: true } : node)) }, title: 'node n3 is up', ok: false },
  { what: 'a node is missing', changes: { nodes: whole.nodes.slice(0, 2) }, title: 'node n3 is up', ok: false },
  { what: 'a member that the environment file does not have is offline', changes: { nodes: [...whole.nodes, stranger({ online: false })] }, title: 'member n9, which is not in the environment file, is up', ok: false },
  { what: 'a member that the environment file does not have is unclean', changes: { nodes: [...whole.nodes, stranger({ unclean: true })] }, title: 'member n9, which is not in the environment file, is up', ok: false },
  { what: 'nobody coordinates', changes: { nodes: whole.nodes.map((node) => ({ ...node, role: 'worker' as const })) }, title: 'one node coordinates the cluster', ok: false },
  { what: 'a repair is under way', changes: { operations: ['backfill'] }, title: 'no migration, backup or repair is under way', ok: false },
  { what: 'a failure is remembered', changes: { failures: ['web monitor failed on n2'] }, title: 'the HA manager remembers no failure', ok: false },
  { what: 'a clock is far off', changes: { nodes: whole.nodes.map((node) => (node.name === 'n2' ? { ...node, clockOffset: { ms: -1500, errorMs: 10 } } : node)) }, title: 'clock of n2 is close', ok: false },
  { what: 'a clock was not read', changes: { nodes: whole.nodes.map((node) => (node.name === 'n2' ? { ...node, clockOffset: null } : node)) }, title: 'clock of n2 is close', ok: null },
  { what: 'the clock of a node that is offline was not read', changes: { nodes: whole.nodes.map((node) => (node.name === 'n2' ? { ...node, online: false, clockOffset: null } : node)) }, title: 'node n2 is up', ok: false },
  { what: 'a clock that was not read is named as unread', changes: { nodes: whole.nodes.map((node) => (node.name === 'n2' ? { ...node, clockOffset: null } : node)), unread: [{ what: 'clock of node n2', why: 'ssh timed out' }] }, title: 'clock of node n2 can be read', ok: null },
  { what: 'our own clock was set, and a node was far from it before and after', changes: { nodes: whole.nodes.map((node) => (node.name === 'n2' ? { ...node, clockOffset: { ms: -1500, errorMs: 10, unsetMs: 1600 } } : node)) }, title: 'clock of n2 is close', ok: false },
  { what: 'something could not be read', changes: { unread: [{ what: 'clock of n1', why: 'ssh timed out' }] }, title: 'clock of n1 can be read', ok: null },
])('$what is a finding', ({ changes, title, ok }) => {
  expect(complaints(changes)).toEqual([{ title, ok }]);
});

test('a clock of ours that was set in the middle of a run is no complaint about the nodes', () => {
  expect(complaints({ nodes: whole.nodes.map((node) => ({ ...node, clockOffset: { ms: -3_600_000, errorMs: 10, unsetMs: 3 } })) })).toEqual([]);
});

test.each([
  { what: 'runs twice', runningOn: ['n1', 'n2'] },
  { what: 'runs nowhere', runningOn: [] },
  { what: 'runs where the HA manager does not think', runningOn: ['n3'] },
])('a guest that $what is a finding', ({ runningOn }) => {
  const guests = whole.guests.map((guest) => (guest.name === 'web' ? { ...guest, runningOn } : guest));
  expect(complaints({ guests })).toEqual([{ title: 'guest web runs on exactly one node', ok: false }]);
});

test('a guest that is seen nowhere is not called gone where a node did not tell its guests; one that runs twice is a finding all the same', () => {
  const webOn = (runningOn: string[]): Partial<Snapshot> => ({ guests: whole.guests.map((guest) => (guest.name === 'web' ? { ...guest, runningOn } : guest)), unread: [{ what: 'guests on node n2', why: 'no answer' }] });
  const unread = { title: 'guests on node n2 can be read', ok: null };
  expect(complaints(webOn([]))).toEqual([{ title: 'guest web runs on exactly one node', ok: null }, unread]);
  expect(complaints(webOn(['n1', 'n3']))).toEqual([{ title: 'guest web runs on exactly one node', ok: false }, unread]);
});

test('a guest that HA does not protect is a finding, unless the operator allows that', () => {
  const guests = whole.guests.map((guest) => (guest.name === 'web' ? { ...guest, haManaged: false, haState: 'unmanaged' as const } : guest));
  expect(complaints({ guests })).toEqual([{ title: 'guest web is protected by HA', ok: false }]);
  const allowing = inventedEnvironment({ policy: { backupWarnings: 'pass', unprotectedGuests: 'allow' } });
  expect(wholeness(inventedSnapshot({ guests }), allowing).filter((finding) => finding.ok !== true)).toEqual([]);
});

test('a setting that became another one, came or went is named', () => {
  const settings = (values: Record<string, string>): Snapshot => inventedSnapshot({ settings: values });
  expect(differences(settings({ token: '1000 ms', a: '1' }), settings({ token: '3000 ms', b: '2' }))).toEqual(['setting token is 3000 ms, was 1000 ms', 'setting a is gone, was 1', 'setting b is 2, was not there']);
});

test('warnings that take nothing from its data are no finding, and are shown; what is amiss is, beside them', () => {
  const warning = { name: 'MON_LOW', says: 'mon is low on space' };
  const told = (changes: object) => wholeness(inventedSnapshot({ storage: storage === undefined ? [] : [{ ...storage, warnings: [warning], detail: ['MON_LOW: mon is low on space'], ...changes }] }), inventedEnvironment()).find(({ title }) => title === 'storage pool is healthy and serving');
  expect(told({})).toMatchObject({ ok: true, detail: 'with warnings that take nothing from its data or service: MON_LOW: mon is low on space' });
  expect(told({ healthy: false, detail: ['DISK_DOWN: 1 disk down', 'MON_LOW: mon is low on space'] })).toMatchObject({ ok: false, detail: 'DISK_DOWN: 1 disk down; MON_LOW: mon is low on space' });
});

test('a degraded storage is a finding even when it serves', () => {
  expect(complaints({ storage: storage === undefined ? [] : [{ ...storage, redundant: false }] })).toEqual([{ title: 'storage pool is fully redundant', ok: false }]);
});

test('what differs from before is named, both ways', () => {
  const after = inventedSnapshot({ configuration: ['property a=2'], guests: web === undefined ? [] : [{ ...web, haManaged: false }] });
  expect(differences(whole, after)).toEqual(['configuration lost or changed: property a=1', 'configuration added or changed: property a=2', 'guest dns is no longer managed by HA', 'guest web is no longer known']);
  expect(differences(whole, inventedSnapshot())).toEqual([]);
});

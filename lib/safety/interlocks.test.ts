import { expect, test } from 'vitest';
import type { Snapshot } from '../adapters/hypervisor.ts';
import type { Environment } from '../environment/environment.ts';
import { overridesUsed, refusals } from './interlocks.ts';
import type { Intent, InterlockContext } from './interlocks.ts';
import { inventedEnvironment, inventedSnapshot } from './invented-cluster.ts';

const power: Intent = { fault: 'node-power', node: 'n1', disk: null, guest: 'web' };
const disk: Intent = { fault: 'disk-removal', node: 'n3', disk: 'disk.2', guest: null };
const allowed = inventedEnvironment().allow;
const [storage] = inventedSnapshot().storage;

function rules(changes: { intent?: Intent; environment?: Partial<Environment>; snapshot?: Partial<Snapshot>; more?: Partial<InterlockContext> }): string[] {
  const context: InterlockContext = {
    environment: inventedEnvironment(changes.environment),
    intent: changes.intent ?? power,
    snapshot: inventedSnapshot(changes.snapshot),
    openFaults: 0,
    armedWith: null,
    now: new Date('2026-11-21T12:00:00'),
    ownAddresses: ['198.51.100.7'],
    ownPlace: [],
    ...changes.more,
  };
  return refusals(context).map((refusal) => refusal.rule);
}

test('nothing stands against an allowed fault on a whole cluster', () => {
  expect(rules({})).toEqual([]);
  expect(rules({ intent: disk })).toEqual([]);
});

test.each<{ rule: string; when: string; changes: Parameters<typeof rules>[0] }>([
  { rule: 'allowed faults', when: 'the fault is not allowed', changes: { environment: { allow: { ...allowed, faults: ['backup'] } } } },
  { rule: 'allowed nodes', when: 'the node is not allowed', changes: { environment: { allow: { ...allowed, nodes: ['n2'] } } } },
  { rule: 'allowed guests', when: 'the guest is not allowed', changes: { environment: { allow: { ...allowed, guests: ['dns'] } } } },
  { rule: 'arming', when: 'the cluster matters and its name was not said', changes: { environment: { disposable: false } } },
  { rule: 'arming', when: 'another name was said', changes: { environment: { disposable: false }, more: { armedWith: 'OTHER' } } },
  { rule: 'maintenance windows', when: 'no window is open', changes: { environment: { allow: { ...allowed, windows: ['22:00-05:00'] } } } },
  { rule: 'maintenance windows', when: 'only the clock that was set meanwhile lies in the window', changes: { environment: { allow: { ...allowed, windows: ['11:00-13:00'] } }, more: { nowUnset: new Date('2026-11-21T07:00:00') } } },
  { rule: 'maintenance windows', when: 'the clock was set out of the window meanwhile', changes: { environment: { allow: { ...allowed, windows: ['07:00-08:00'] } }, more: { nowUnset: new Date('2026-11-21T07:00:00') } } },
  { rule: 'maintenance windows', when: 'the window closes before the scenario is expected to end', changes: { environment: { allow: { ...allowed, windows: ['11:00-12:10'] } }, more: { expectedMs: 11 * 60_000 } } },
  { rule: 'simultaneous faults', when: 'another fault is in place', changes: { more: { openFaults: 1 } } },
  { rule: 'member', when: 'the cluster does not have the node', changes: { intent: { ...power, node: 'n9' }, environment: { allow: { ...allowed, nodes: ['n9'] } } } },
  { rule: 'quorum', when: 'one node less would lose it', changes: { snapshot: { votes: { expected: 3, present: 2, needed: 2, byNode: { n1: 1, n2: 1 } } } } },
  { rule: 'quorum', when: 'the node has more votes than the others and takes the majority with it', changes: { snapshot: { votes: { expected: 4, present: 4, needed: 3, byNode: { n1: 2, n2: 1, n3: 1 } } } } },
  { rule: 'quorum', when: 'nobody says how many votes the node has', changes: { snapshot: { votes: { expected: 5, present: 5, needed: 3, byNode: { n2: 1, n3: 1 } } } } },
  { rule: 'quorum', when: 'the votes are unknown', changes: { snapshot: { votes: null } } },
  { rule: 'redundancy', when: 'copies are missing already', changes: { intent: disk, snapshot: { storage: storage === undefined ? [] : [{ ...storage, redundant: false, redundancyShare: 0.9 }] } } },
  { rule: 'redundancy', when: 'one copy less would stop the storage', changes: { intent: disk, snapshot: { storage: storage === undefined ? [] : [{ ...storage, copies: { wanted: 2, minimum: 2 } }] } } },
  { rule: 'unprotected guests', when: 'a guest without HA would go down with the node', changes: { snapshot: { guests: [{ name: 'lonely', kind: 'vm', haManaged: false, haState: 'unmanaged', assignedTo: null, runningOn: ['n1'] }] } } },
  { rule: 'redundancy', when: 'the storage could not be read', changes: { intent: disk, snapshot: { storage: [], unread: [{ what: 'storage', why: 'no answer' }] } } },
  { rule: 'unprotected guests', when: 'the guests on the node could not be read', changes: { snapshot: { unread: [{ what: 'guests on node n1', why: 'libvirt does not answer' }] } } },
  { rule: 'somewhere to go', when: 'every other node is down or drained', changes: { intent: { ...power, fault: 'maintenance' }, environment: { allow: { ...allowed, faults: ['maintenance'] } }, snapshot: { nodes: inventedSnapshot().nodes.map((node) => ({ ...node, online: node.name !== 'n2', drained: node.name === 'n3' })) } } },
  { rule: 'redundancy', when: 'copies lie on disks rather than on nodes, and the node has two of them', changes: { snapshot: { storage: storage === undefined ? [] : [{ ...storage, holder: 'disk', disks: [...storage.disks, { id: 'second', node: 'n1', up: true, inUse: true }] }] } } },
  { rule: 'platform', when: 'the platform itself warns of this fault on this node', changes: { snapshot: { cautions: [{ faults: ['node-power'], node: 'n1', why: 'n1 was lost twice within the hour', remedy: 'Wait' }] } } },
  { rule: 'own place', when: 'a host name of a node stands for this machine', changes: { environment: { nodes: [{ name: 'n1', address: 'n1.example.org', disks: [] }] }, more: { ownAddresses: ['198.51.100.7', 'n1.example.org'] } } },
  { rule: 'own place', when: 'an endpoint is this machine', changes: { environment: { endpoints: [{ node: 'n2', address: '198.51.100.7' }] } } },
  { rule: 'own place', when: 'a node is at a loopback address', changes: { environment: { nodes: [{ name: 'n1', address: '127.0.0.2', disks: [] }] } } },
  { rule: 'own place', when: 'this machine is a node', changes: { more: { ownAddresses: ['192.0.2.12'] } } },
  { rule: 'own place', when: 'this machine is a guest that the file does not list', changes: { more: { ownPlace: ['this machine is a guest on node n1'] } } },
  { rule: 'own place', when: 'this machine is a guest', changes: { more: { ownAddresses: ['192.0.2.81'] } } },
])('"$rule" refuses when $when', ({ rule, changes }) => {
  expect(rules(changes)).toEqual([rule]);
});

test('votes count as the cluster weighs them: a node without a vote, and one that is off already, take none with them', () => {
  const weights = { n1: 0, n2: 2, n3: 1 };
  const votes = { expected: 3, present: 3, needed: 3, byNode: weights };
  const unweighted = (node: string): Parameters<typeof rules>[0] => ({ intent: { ...power, node }, snapshot: { votes } });
  expect(rules(unweighted('n1'))).toEqual([]);
  expect(rules(unweighted('n3'))).toEqual(['quorum']);
  const offline = inventedSnapshot().nodes.map((node) => ({ ...node, online: node.name !== 'n1' }));
  expect(rules({ snapshot: { nodes: offline, votes: { expected: 4, present: 3, needed: 3, byNode: { n2: 2, n3: 1 } } } })).toEqual([]);
});

test('a warning of the platform is about its own faults, node and guest only, and one disk is one copy wherever it lies', () => {
  const cautions = [{ faults: ['node-power'], node: 'n2', why: 'w', remedy: 'r' }, { faults: ['node-shutdown'], node: null, why: 'w', remedy: 'r' }];
  expect(rules({ snapshot: { cautions } })).toEqual([]);
  const ofGuest = (guest: string) => ({ intent: { ...power, guest }, environment: { allow: { ...allowed, guests: ['web', 'db'] } }, snapshot: { cautions: [{ faults: ['node-power'], node: null, guest: 'web', why: 'w', remedy: 'r' }] } });
  expect([rules(ofGuest('web')), rules(ofGuest('db'))]).toEqual([['platform'], []]);
  // About one way of a guest, which rows leave out.
  expect(rules({ intent: { ...power, guest: 'web' }, snapshot: { cautions: [{ faults: ['node-power'], node: null, guest: 'web', to: 'n3', why: 'w', remedy: 'r' }] } })).toEqual([]);
  expect(rules({ intent: disk, snapshot: { storage: storage === undefined ? [] : [{ ...storage, holder: 'disk', disks: [...storage.disks, { id: 'second', node: 'n3', up: true, inUse: true }] }] } })).toEqual([]);
});

/** Two mirrors of two nodes, as a node has them for itself. */
const mirrors = ['n1', 'n2'].map((node) => ({ ...inventedSnapshot().storage[0], name: `tank of ${node}`, healthy: true, redundant: true, redundancyShare: 1, serving: true, repairing: false, copies: { wanted: 2, minimum: 1 }, holder: 'disk' as const, ofNode: node, disks: ['a', 'b'].map((half) => ({ id: `${node}-${half}`, node, up: true, inUse: true })), detail: [] }));

test('what a node has for itself goes with it as a whole: only its disks take copies away', () => {
  const two = { allow: { ...allowed, maxSimultaneous: 2 } };
  const half: Intent = { ...disk, node: 'n1', disk: 'n1-a' };
  expect(rules({ intent: power, snapshot: { storage: mirrors } })).toEqual([]);
  expect(rules({ intent: half, snapshot: { storage: mirrors } })).toEqual([]);
  expect(rules({ intent: { ...half, beside: [{ node: 'n2', disk: 'n2-a' }] }, environment: two, snapshot: { storage: mirrors } })).toEqual([]);
  expect(rules({ intent: { ...half, beside: [{ node: 'n1', disk: 'n1-b' }] }, environment: two, snapshot: { storage: mirrors } })).toEqual(['redundancy']);
  for (const storage of [mirrors.map((one) => ({ ...one, redundant: false })), mirrors.map((one) => ({ ...one, copies: { wanted: 1, minimum: 1 } }))]) expect(rules({ intent: half, snapshot: { storage } })).toEqual(['redundancy']);
});

test('a node whose own storage could not be read keeps its disks; those of the others are told by theirs', () => {
  const unread = (node: string): Parameters<typeof rules>[0] => ({ intent: { ...disk, node: 'n1', disk: 'n1-a' }, snapshot: { storage: mirrors, unread: [{ what: `storage of node ${node}`, why: 'no answer' }] } });
  expect(rules(unread('n1'))).toEqual(['redundancy']);
  expect(rules(unread('n2'))).toEqual([]);
});

test('the two overrides lift exactly their own rule, and only for an intent that was made for it', () => {
  const noQuorum = { votes: { expected: 3, present: 2, needed: 2, byNode: { n1: 1, n2: 1 } }, storage: storage === undefined ? [] : [{ ...storage, redundant: false }] };
  const allowing = (...faults: string[]): Partial<Environment> => ({ allow: { ...allowed, faults: [...allowed.faults, ...faults] } });
  const beyond: Intent = { ...power, overrides: ['beyond-quorum', 'beyond-redundancy'] };
  expect(rules({ snapshot: noQuorum, intent: beyond })).toEqual(['quorum', 'redundancy']);
  expect(rules({ snapshot: noQuorum, intent: beyond, environment: allowing('beyond-quorum') })).toEqual(['redundancy']);
  expect(rules({ snapshot: noQuorum, intent: beyond, environment: allowing('beyond-redundancy') })).toEqual(['quorum']);
  expect(rules({ snapshot: noQuorum, intent: beyond, environment: allowing('beyond-quorum', 'beyond-redundancy') })).toEqual([]);
  expect(rules({ snapshot: noQuorum, intent: power, environment: allowing('beyond-quorum', 'beyond-redundancy') })).toEqual(['quorum', 'redundancy']);
});

test('what the same scenario takes at the same time counts', () => {
  const two = { ...allowed, maxSimultaneous: 2 };
  const secondNode: Intent = { ...power, node: 'n2', beside: [{ node: 'n1', disk: null }] };
  const secondDisk: Intent = { ...disk, beside: [{ node: 'n1', disk: 'disk.0' }] };
  expect(rules({ intent: secondNode })).toEqual(['simultaneous faults', 'quorum', 'redundancy']);
  expect(rules({ intent: secondNode, environment: { allow: two } })).toEqual(['quorum', 'redundancy']);
  expect(rules({ intent: secondDisk, environment: { allow: two } })).toEqual(['redundancy']);
  expect(rules({ intent: { ...disk, beside: [{ node: 'n3', disk: null }] }, environment: { allow: two } })).toEqual([]);
});

test('an override is named as used only where its rule would refuse and the environment allows it', () => {
  const environment = inventedEnvironment({ allow: { ...allowed, faults: [...allowed.faults, 'beyond-redundancy'] } });
  const about = (intent: Intent): InterlockContext => ({ environment, intent, snapshot: inventedSnapshot(), openFaults: 0, armedWith: null, now: new Date(), ownAddresses: [], ownPlace: [] });
  const beyond: Intent = { ...disk, overrides: ['beyond-redundancy', 'beyond-quorum'] };
  expect(overridesUsed(about(beyond))).toEqual([]);
  expect(overridesUsed(about({ ...beyond, beside: [{ node: 'n1', disk: 'disk.0' }] }))).toEqual([{ override: 'beyond-redundancy', why: expect.stringContaining('would lose 2') as string }]);
  expect(overridesUsed(about({ ...power, overrides: ['beyond-quorum'], beside: [{ node: 'n2', disk: null }] }))).toEqual([]);
});

test('a part that could not be read stands only against what it is needed for', () => {
  const unread = [{ what: 'storage', why: 'no answer' }, { what: 'guests on node n2', why: 'no answer' }, { what: 'versions', why: 'no answer' }];
  expect(rules({ intent: { fault: 'live-migration', node: 'n1', disk: null, guest: 'web' }, snapshot: { unread } })).toEqual([]);
  expect(rules({ snapshot: { unread } })).toEqual(['redundancy']);
});

test('an armed cluster inside its window is touched', () => {
  expect(rules({ environment: { disposable: false, allow: { ...allowed, windows: ['22:00-05:00', '11:30-12:30'] } }, more: { armedWith: 'INVENTED' } })).toEqual([]);
});

test('a scenario that the open window has room for is let pass, and one that it has not is refused with both figures', () => {
  const context: InterlockContext = { environment: inventedEnvironment({ allow: { ...allowed, windows: ['11:00-12:10', '12:05-12:30'] } }), intent: power, snapshot: inventedSnapshot(), openFaults: 0, armedWith: null, now: new Date('2026-11-21T12:00:00'), ownAddresses: [], ownPlace: [] };
  expect(refusals({ ...context, expectedMs: 30 * 60_000 })).toEqual([]);
  expect(refusals({ ...context, expectedMs: 180 * 60_000 })).toEqual([{ rule: 'maintenance windows', message: expect.stringMatching(/expected to take 180 min, .*11:00-12:10, 12:05-12:30, .* open for 30 min more/) as string }]);
});

import { describe, expect, test } from 'vitest';
import { clusterStatus, listedGuestsOfCluster } from '../../platforms/proxmox/requests/cluster.ts';
import { haCurrent, haManagerStatus } from '../../platforms/proxmox/requests/ha.ts';
import { clusterTasks } from '../../platforms/proxmox/requests/tasks.ts';
import { recordedData } from '../../platforms/proxmox/testing/recorded.ts';
import { failuresOf, guestIdOf, guestName, guestStates, nodeStates, operationsOf } from './states.ts';
import { environment } from './testing.ts';

const membership = clusterStatus().answer.parse(recordedData('cluster-status-node-dead'));
const ha = { current: haCurrent().answer.parse(recordedData('ha-current-after-failover')), manager: haManagerStatus().answer.parse(recordedData('ha-manager-after-failover')) };
const listed = listedGuestsOfCluster().answer.parse(recordedData('cluster-resources-node-dead'));
const { guests } = environment;
const running = new Map([['pve1', new Set(['100'])], ['pve2', new Set<string>()]]);

/** The recorded HA with another word for its service. */
const saying = (state: string, node = 'pve1') => ({ ...ha, current: { ...ha.current, services: ha.current.services.map((service) => ({ ...service, state, node })) } });
const first = (view: typeof ha) => guestStates(listed, guests, membership, view, running)[0];

test('after a recorded failover the guest is where it was started, and the dead node is clean: nothing is left on it', () => {
  expect(first(ha)).toEqual({ name: 'web', kind: 'vm', haManaged: true, haState: 'started', assignedTo: 'pve1', runningOn: ['pve1'] });
  expect(nodeStates(membership, ha)).toEqual([
    { name: 'pve1', online: true, unclean: false, drained: false, role: 'coordinator', clockOffset: null },
    { name: 'pve2', online: true, unclean: false, drained: false, role: 'worker', clockOffset: null },
    { name: 'pve3', online: false, unclean: false, drained: false, role: 'worker', clockOffset: null },
  ]);
});

// HA's words: Tools.pm, get_verbose_service_state, and Manager.pm. Those not recorded are documented.
test.each([
  ['starting', 'starting'], ['request_start', 'starting'], ['queued', 'starting'], ['recovery', 'starting'], ['request_stop', 'stopping'], ['stopping', 'stopping'], ['stopped', 'stopped'], ['disabled', 'stopped'],
  ['migrate', 'migrating'], ['relocate', 'migrating'], ['error', 'failed'], ['fence', 'unknown'], ['freeze', 'unknown'], ['disarmed', 'unknown'],
])('"%s" is %s', (word, state) => {
  expect(first(saying(word))?.haState).toBe(state);
});

test('"started" is not believed of a node that is no member, nor without quorum', () => {
  expect(first(saying('started', 'pve3'))?.haState).toBe('unknown');
  expect(guestStates(listed, guests, { ...membership, quorate: false }, ha, running)[0]?.haState).toBe('unknown');
});

test('a guest that HA ignores, or does not have, is not managed', () => {
  expect(first(saying('ignored'))).toMatchObject({ haManaged: false, haState: 'unmanaged', assignedTo: null, runningOn: ['pve1'] });
  expect(first({ ...ha, current: { ...ha.current, services: [] } })).toMatchObject({ haManaged: false, haState: 'unmanaged', assignedTo: null });
});

test('a guest on two nodes is seen on both; templates are no guests', () => {
  expect(guestStates(listed, guests, membership, ha, new Map([['pve2', new Set(['100'])], ['pve1', new Set(['100'])]]))[0]?.runningOn).toEqual(['pve1', 'pve2']);
  expect(guestStates(listed.map((guest) => ({ ...guest, template: true })), guests, membership, ha, running)).toEqual([]);
});

describe('nodes', () => {
  const node = (name: string, view: typeof ha) => nodeStates(membership, view).find((each) => each.name === name);

  test('one that is gone while HA has guests on it, or fences it, is unclean', () => {
    expect(node('pve3', saying('started', 'pve3'))?.unclean).toBe(true);
    expect(node('pve3', { ...ha, manager: { ...ha.manager, nodes: { pve3: 'fence' } } })?.unclean).toBe(true);
  });

  test('one in maintenance is drained, by the word of the manager or of its own', () => {
    expect(node('pve2', { ...ha, manager: { ...ha.manager, nodes: { pve2: 'maintenance' } } })?.drained).toBe(true);
    expect(node('pve2', { ...ha, current: { ...ha.current, lrms: [{ node: 'pve2', state: 'maintenance', text: '' }] } })?.drained).toBe(true);
  });

  test('a manager that no longer reports decides nothing', () => {
    expect(node('pve1', { ...ha, current: { ...ha.current, master: { node: 'pve1', alive: false } } })?.role).toBe('worker');
  });
});

describe('names', () => {
  test('a guest goes by its name in the environment file, a stranger by its own', () => {
    expect(guestName(guests, { id: '100', name: 'guest100' })).toBe('web');
    expect(guestName(guests, { id: '9100', name: 'guest100' })).toBe('guest100');
    expect([guestIdOf('vm:100'), guestIdOf('ct:101')]).toEqual(['100', '101']);
  });

  test('a stranger with the name of a guest does not pass for it', () => {
    expect(guestName(guests, { id: '101', name: 'web' })).toBe('web (101, not in the environment file)');
  });
});

test('operations are what runs: tasks without an end, and what HA has in hand', () => {
  const tasks = clusterTasks().answer.parse(recordedData('cluster-tasks-final'));
  expect(operationsOf(tasks, listed, guests, ha)).toEqual([]);
  const open = tasks.map((task) => (task.type === 'vzdump' && task.id === '100' ? { ...task, endTime: null, status: null } : task));
  expect(operationsOf(open, listed, guests, saying('migrate'))).toEqual(['web: migrate', 'web: vzdump']);
});

test('what HA gave up is a failure', () => {
  expect(failuresOf(ha)).toEqual([]);
  expect(failuresOf(saying('error'))).toEqual(['vm:100 is in state error on pve1']);
});

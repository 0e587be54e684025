import { expect, test } from 'vitest';
import { recorded } from '../../platforms/pacemaker/testing.ts';
import { takeSnapshot } from './snapshot.ts';
import { broken, recordedCluster, scriptedContext, silence, type Answer } from './testing.ts';

const domains: Record<string, string> = { n1: 'dns\n', n2: 'web\n', n3: '' };

function cluster(crmMon: string, lists: Record<string, Answer> = domains) {
  const pacemaker = recordedCluster(crmMon);
  return scriptedContext((host, command) => pacemaker(command) ?? (command.includes('list --state-running') ? (lists[host] ?? '') : { code: 1, stderr: `unexpected: ${command}` }));
}

test('puts the cluster manager and the hypervisors side by side', async () => {
  const snapshot = await takeSnapshot(cluster('crm-mon-idle.xml'), 'membership');
  expect(snapshot).toMatchObject({ quorate: true, unread: [], operations: [], failures: [] });
  expect(snapshot.nodes.map((node) => node.role)).toEqual(['coordinator', 'worker', 'worker']);
  expect(snapshot.guests).toEqual([
    { name: 'dns-guest', kind: 'vm', haManaged: true, haState: 'started', assignedTo: 'n1', runningOn: ['n1'] },
    { name: 'web-guest', kind: 'vm', haManaged: true, haState: 'started', assignedTo: 'n2', runningOn: ['n2'] },
  ]);
});

test('sees a guest that runs twice, and one that nobody manages', async () => {
  const { guests } = await takeSnapshot(cluster('crm-mon-idle.xml', { ...domains, n3: 'web\nstray\n' }), 'membership');
  expect(guests.find((guest) => guest.name === 'web-guest')?.runningOn).toEqual(['n2', 'n3']);
  expect(guests.find((guest) => guest.name === 'stray')).toEqual({ name: 'stray', kind: 'vm', haManaged: false, haState: 'unmanaged', assignedTo: null, runningOn: ['n3'] });
});

test('a node that does not answer and is a member still is named, and waited for only once', async () => {
  const context = cluster('crm-mon-idle.xml', { ...domains, n2: silence });
  const first = await takeSnapshot(context, 'membership');
  expect(first.unread).toEqual([{ what: 'guests on node n2', why: 'n2 did not answer.' }]);
  expect(first.guests.find((guest) => guest.name === 'web-guest')?.runningOn).toEqual([]);
  const second = await takeSnapshot(context, 'membership');
  expect(second.unread).toHaveLength(1);
  expect((second.toNs - second.fromNs) / 1e6).toBeLessThan(1000);
});

test('a libvirt that does not answer is no empty list', async () => {
  const { unread } = await takeSnapshot(cluster('crm-mon-idle.xml', { ...domains, n3: { code: 1, stderr: 'failed to connect to the hypervisor' } }), 'membership');
  expect(unread).toEqual([{ what: 'guests on node n3', why: 'libvirt does not answer: failed to connect to the hypervisor' }]);
});

test('calls a migration one, until its last part is done', async () => {
  for (const crmMon of ['crm-mon-migrating.xml', 'crm-mon-handover.xml']) {
    const { guests } = await takeSnapshot(cluster(crmMon), 'membership');
    expect(guests.find((guest) => guest.name === 'web-guest')?.haState).toBe('migrating');
  }
});

test('follows a failover: nobody waits for the node that the cluster has given up', async () => {
  const lists = (web: string): Record<string, Answer> => ({ n1: `dns\n${web}`, n2: silence, n3: '' });
  const states = [];
  for (const [crmMon, web] of [['crm-mon-unclean.xml', ''], ['crm-mon-fencing.xml', ''], ['crm-mon-fenced.xml', ''], ['crm-mon-starting.xml', 'web\n']] as const) {
    const context = cluster(crmMon, lists(web));
    await takeSnapshot(context, 'membership'); // the moment that is waited for a node that may be alive
    const snapshot = await takeSnapshot(context, 'membership');
    expect(snapshot.unread).toEqual([]);
    expect((snapshot.toNs - snapshot.fromNs) / 1e6).toBeLessThan(200);
    const { online, unclean } = snapshot.nodes[1] ?? {};
    const { assignedTo, runningOn, haState } = snapshot.guests[1] ?? {};
    states.push([online, unclean, assignedTo, runningOn, haState, snapshot.fencings?.length, snapshot.operations]);
  }
  expect(states).toEqual([
    [false, true, 'n2', [], 'started', 0, []],
    [false, true, 'n2', [], 'started', 0, []],
    [false, false, null, [], 'stopped', 1, []],
    [false, false, 'n1', ['n1'], 'starting', 1, ['web-guest: starting']],
  ]);
});

test('a node that is cut off and still runs its guest is heard when it answers', async () => {
  const { guests } = await takeSnapshot(cluster('crm-mon-starting.xml', { n1: 'dns\nweb\n', n2: 'web\n', n3: '' }), 'membership');
  expect(guests.find((guest) => guest.name === 'web-guest')?.runningOn).toEqual(['n1', 'n2']);
});

test('believes the part of the cluster that has quorum', async () => {
  const lonely = recorded('crm-mon-idle.xml').replace('with_quorum="true"', 'with_quorum="false"');
  const pacemaker = recordedCluster('crm-mon-migrated.xml');
  const context = scriptedContext((host, command) => (command.startsWith('crm_mon') && host === 'n1' ? lonely : (pacemaker(command) ?? '')));
  const { quorate, guests } = await takeSnapshot(context, 'membership');
  expect(quorate).toBe(true);
  expect(guests.find((guest) => guest.name === 'web-guest')?.assignedTo).toBe('n3');
  expect(context.preferred).not.toBe('n1');
});

test('says so when nobody has quorum, and when no node answers', async () => {
  const lonely = recorded('crm-mon-idle.xml').replace('with_quorum="true"', 'with_quorum="false"');
  expect((await takeSnapshot(scriptedContext((_host, command) => (command.startsWith('crm_mon') ? lonely : '')), 'membership')).quorate).toBe(false);
  await expect(takeSnapshot(scriptedContext(() => ({ code: 127, stderr: 'not found' })), 'membership')).rejects.toThrow(/No node could be read/);
});

test.each([
  ['no node answers', 'unknown', broken],
  ['nodes answer, and Pacemaker does not run on them', 'cluster', { code: 102, stderr: 'not connected' }],
] as const)('when %s, the blame for a reading that failed is %s', async (_, blame, answer) => {
  await expect(takeSnapshot(scriptedContext(() => answer), 'full')).rejects.toMatchObject({ fault: { blame } });
});

test('one node that says that it has no cluster is enough to blame the cluster', async () => {
  await expect(takeSnapshot(scriptedContext((host) => (host === 'n3' ? { code: 102, stderr: 'not connected' } : broken)), 'membership')).rejects.toMatchObject({ fault: { blame: 'cluster' } });
});

test('a full reading names every part that is missing', async () => {
  const { unread, configuration } = await takeSnapshot(cluster('crm-mon-idle.xml'), 'full');
  expect(unread.map((item) => item.what).toSorted()).toEqual(['clock of node n1', 'clock of node n2', 'clock of node n3', 'corosync token', 'versions', 'votes']);
  expect(configuration).toContain('crm_config/cluster_property_set stonith-timeout=30s');
});

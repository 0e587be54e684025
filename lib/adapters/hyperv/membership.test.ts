import { describe, expect, test } from 'vitest';
import { takeSnapshot } from './snapshot.ts';
import { serveForTest } from './testing.ts';

// Documented: states, flags beside them, and their numbers. Invented: when a cluster has which, its messages in French, and the words Isolated and Quarantined as states.

describe('a snapshot of the membership', () => {
  test('tells a node that is isolated from one that is down: its guests may still run, and the cluster waits', async () => {
    const { cluster, context } = await serveForTest();
    const [, hv2] = cluster.nodes;
    const web = cluster.roles.find(({ name }) => name === 'web');
    if (hv2 === undefined || web === undefined) throw new Error('the played cluster is another one');
    Object.assign(hv2, { state: 'Down', info: 1, answers: false });
    web.info = 256n;
    const waiting = await takeSnapshot(context, 'membership');
    expect(waiting.nodes.find(({ name }) => name === 'hv2')).toMatchObject({ online: false, unclean: true });
    expect(waiting.guests.find(({ name }) => name === 'web-guest')).toMatchObject({ haState: 'unknown', assignedTo: 'hv2', runningOn: [] });
    expect([waiting.quorate, waiting.unread]).toEqual([true, []]);
    Object.assign(hv2, { info: 0 });
    Object.assign(web, { info: 0n, owner: 'hv3' });
    const over = await takeSnapshot(context, 'membership');
    expect(over.nodes.find(({ name }) => name === 'hv2')).toMatchObject({ online: false, unclean: false });
    expect(over.guests.find(({ name }) => name === 'web-guest')).toMatchObject({ haState: 'started', assignedTo: 'hv3', runningOn: ['hv3'] });
  });

  test('calls a node in quarantine no member, and names it among what somebody must see to', async () => {
    const { cluster, context } = await serveForTest();
    Object.assign(cluster.nodes[2] ?? {}, { state: 'Down', info: 2 });
    const { nodes, failures } = await takeSnapshot(context, 'membership');
    expect(nodes.find(({ name }) => name === 'hv3')).toMatchObject({ online: false, unclean: false });
    expect(failures).toEqual(['node hv3 is in quarantine']);
  });

  // The flags are documented; that a state is called so is invented, and must be understood.
  test.each<[string, { state: string; info: number }, { online: boolean; unclean: boolean }, string[]]>([
    ['Isolated by its flag', { state: 'Down', info: 1 }, { online: false, unclean: true }, []],
    ['Isolated by its flag while it counts as up', { state: 'Up', info: 1 }, { online: false, unclean: true }, []],
    ['Isolated by its state', { state: 'Isolated', info: 0 }, { online: false, unclean: true }, []],
    ['Quarantined by its flag while it counts as up', { state: 'Up', info: 2 }, { online: false, unclean: false }, ['node hv3 is in quarantine']],
    ['Quarantined by its state', { state: 'Quarantined', info: 0 }, { online: false, unclean: false }, ['node hv3 is in quarantine']],
    ['of unknown state', { state: 'Unknown', info: 0 }, { online: false, unclean: true }, []],
  ])('calls a node no member that is %s', async (_what, given, expected, wanted) => {
    const { cluster, context } = await serveForTest();
    Object.assign(cluster.nodes[2] ?? {}, given);
    const { nodes, failures } = await takeSnapshot(context, 'membership');
    expect([nodes.find(({ name }) => name === 'hv3'), failures]).toEqual([expect.objectContaining(expected), wanted]);
  });

  test('a drain that failed is among what somebody must see to (documented: flag 16)', async () => {
    const { cluster, context } = await serveForTest();
    Object.assign(cluster.nodes[1] ?? {}, { state: 'Paused', info: 16 });
    const { nodes, failures } = await takeSnapshot(context, 'membership');
    expect([nodes.find(({ name }) => name === 'hv2')?.drained, failures]).toEqual([true, ['the drain of node hv2 has failed']]);
  });

  test('a role that waits for its turn to move is on its way, with nothing else to see of it (documented: flag 4, Queued)', async () => {
    const { cluster, context } = await serveForTest();
    Object.assign(cluster.roles.find(({ name }) => name === 'web') ?? {}, { info: 4n });
    const { guests, operations } = await takeSnapshot(context, 'membership');
    expect([guests.find(({ name }) => name === 'web-guest')?.haState, operations]).toEqual(['migrating', ['web-guest: migrating']]);
  });

  test('a node whose connection stays open and that says nothing more is named, and the rest is told', async () => {
    const served = await serveForTest();
    await takeSnapshot(served.context, 'membership');
    served.freeze('hv2');
    const { unread, guests, toldBy } = await takeSnapshot(served.context, 'membership');
    expect([unread, toldBy]).toEqual([[{ what: 'guests on node hv2', why: expect.stringMatching(/./) as string }], ['hv1', 'hv3']]);
    expect(guests.map(({ name, runningOn }) => [name, runningOn])).toEqual([['dns-guest', ['hv1']], ['web-guest', []]]);
  });

  test('names a node that the cluster calls up and that does not answer, and tells the rest', async () => {
    const { cluster, context } = await serveForTest();
    Object.assign(cluster.nodes[1] ?? {}, { answers: false });
    const { unread, guests, nodes } = await takeSnapshot(context, 'membership');
    expect(unread).toEqual([{ what: 'guests on node hv2', why: expect.stringMatching(/./) as string }]);
    expect(nodes).toHaveLength(3);
    expect(guests.find(({ name }) => name === 'dns-guest')).toMatchObject({ runningOn: ['hv1'] });
    expect(guests.find(({ name }) => name === 'web-guest')).toMatchObject({ runningOn: [] });
  });

  test('a guest that is not running though its role is online is not called started', async () => {
    const { cluster, context } = await serveForTest();
    Object.assign(cluster.roles[0] ?? {}, { machine: 'Paused' });
    expect((await takeSnapshot(context, 'membership')).guests.find(({ name }) => name === 'dns-guest')).toMatchObject({ haState: 'unknown', runningOn: ['hv1'] });
  });

  test('nodes that answer and are no members have no quorum; one that is silent may be one', async () => {
    const { cluster, context } = await serveForTest();
    for (const node of cluster.nodes) node.clusterService = false;
    expect(await takeSnapshot(context, 'membership')).toMatchObject({ quorate: false, nodes: [] });
    const [hv1] = cluster.nodes;
    cluster.intercept = (node) => (node === hv1?.name ? 'drop' : null);
    expect(await takeSnapshot(context, 'membership')).toMatchObject({ quorate: null, nodes: [] });
  });

  test('what is left of a cluster has no quorum where each node of it was a member and says that it lost it since, and tells its guests all the same', async () => {
    const { cluster, context } = await serveForTest();
    const [hv1, hv2, hv3] = cluster.nodes;
    if (hv1 === undefined || hv2 === undefined || hv3 === undefined) throw new Error('the played cluster is another one');
    await takeSnapshot(context, 'membership');
    cluster.intercept = (node) => (node === 'hv1' ? null : 'drop');
    hv1.clusterService = false;
    // Its service may have ended for any reason, and the others go on.
    expect((await takeSnapshot(context, 'membership')).quorate).toBeNull();
    cluster.quorumLost.set('hv1', new Date(Date.now() - 3_600_000).toISOString());
    expect((await takeSnapshot(context, 'membership')).quorate).toBeNull();
    cluster.quorumLost.set('hv1', new Date(Date.now() + 1000).toISOString());
    const { quorate, toldBy, nodes, guests } = await takeSnapshot(context, 'membership');
    expect([quorate, toldBy, nodes]).toEqual([false, ['hv1'], []]);
    expect(guests.map(({ name, haState, runningOn }) => [name, haState, runningOn])).toEqual([['dns-guest', 'unknown', ['hv1']], ['web-guest', 'unknown', []]]);
    // Whoever was never heard as a member may have lost it long ago.
    context.memberAt = new Map();
    expect((await takeSnapshot(context, 'membership')).quorate).toBeNull();
  });

  test('the cluster that lost its storage reading says so instead of calling it whole', async () => {
    const { cluster, context } = await serveForTest();
    cluster.intercept = (_node, script) => (script === 'read-storage' ? { error: { message: 'Accès refusé.', category: 'PermissionDenied', hresult: '0x80070005' } } : null);
    const { storage, unread } = await takeSnapshot(context, 'storage');
    expect(storage).toEqual([]);
    expect(unread).toEqual([{ what: 'storage', why: expect.stringContaining('Accès refusé.') as string }]);
  });
});

import { afterEach, describe, expect, test } from 'vitest';
import { endAll, play } from '../../platforms/proxmox/testing/model/play.ts';
import type { Played } from '../../platforms/proxmox/testing/model/play.ts';
import { openProxmox } from '../../platforms/proxmox/client.ts';
import type { ProxmoxContext } from './context.ts';
import { gatherEvidence } from './evidence.ts';
import { takeSnapshot } from './snapshot.ts';
import { readStorage } from './storage.ts';
import { contextOfModel } from './testing.ts';

afterEach(endAll);

/** As the adapter begins: nothing is known of Ceph yet. */
const fresh = (played: Played): ProxmoxContext => ({ ...contextOfModel(played), ceph: null });

describe('a cluster without Ceph', () => {
  test('is known as such once every node has said so: one that is away later leaves nothing unread', async () => {
    const played = await play({ ceph: false });
    const context = fresh(played);
    expect(await readStorage(context)).toBeNull();
    await played.cluster.power('pve2', 'off');
    await played.pass(15);
    expect(await takeSnapshot(context, 'storage')).toMatchObject({ storage: [], unread: [] });
  });

  test('is not known as such while a node has not been asked yet: it may have it', async () => {
    const played = await play({ ceph: false });
    await played.cluster.power('pve2', 'off');
    await played.pass(15);
    const context = fresh(played);
    expect((await takeSnapshot(context, 'storage')).unread).toEqual([{ what: 'storage', why: expect.stringContaining('pve2') as string }]);
    // The word of the others stays; that of the missing one comes when it is back.
    await played.cluster.power('pve2', 'on');
    await played.pass(120);
    expect((await takeSnapshot(context, 'storage')).unread).toEqual([]);
    expect([...context.withoutCeph].toSorted()).toEqual(['pve1', 'pve2', 'pve3']);
  });
});

test('a cluster with Ceph whose nodes are all silent about it has storage that is unread, however often it was read before', async () => {
  const played = await play();
  const context = fresh(played);
  expect((await takeSnapshot(context, 'storage')).storage).toHaveLength(1);
  for (const node of ['pve2', 'pve3']) await played.cluster.power(node, 'off');
  await played.pass(15);
  expect((await takeSnapshot(context, 'storage')).unread.map(({ what }) => what)).toContain('storage');
});

test('Ceph is found on nodes that are no endpoints, through one that has none, and its state is evidence', async () => {
  // The endpoint's own node has none, as recorded (ceph-from-node-without-binaries).
  const played = await play({ answer: ({ call, node }) => (node === 'pve1' && call.includes('ceph') ? { status: 500, reason: 'binary not installed: /usr/bin/ceph-mon' } : null) });
  const { target } = played.cluster.standIn;
  const context: ProxmoxContext = { ...fresh(played), client: openProxmox({ ...target, endpoints: target.endpoints.filter(({ node }) => node === 'pve1') }, played.cluster.clock.now) };
  expect(await takeSnapshot(context, 'storage')).toMatchObject({ storage: [{ name: 'ceph', redundant: true }], unread: [] });
  expect(context.ceph).toEqual({ node: 'pve2' });
  const [ceph] = (await gatherEvidence(context, new Date(played.cluster.clock.now()))).filter(({ title }) => title === 'Ceph now');
  expect(ceph?.text).toContain('active+clean');
});

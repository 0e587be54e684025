import { afterEach, describe, expect, test } from 'vitest';
import { endAll, play } from '../../platforms/proxmox/testing/model/play.ts';
import type { Played } from '../../platforms/proxmox/testing/model/play.ts';
import type { StandInAnswer, StandInRequest } from '../../platforms/proxmox/testing/stand-in.ts';
import { proxmoxHypervisor } from './connect-proxmox.ts';
import { readPrerequisites } from './prerequisites.ts';
import { takeSnapshot } from './snapshot.ts';
import { readStorage } from './storage.ts';
import { contextOfModel, environment } from './testing.ts';

afterEach(endAll);

const mirrors = ['pve1', 'pve2'].map((node) => ({ node, name: 'tank', disks: [`${node}-a`, `${node}-b`] }));
/** One half of the mirror of pve1, as an environment file has it. */
const withDisk = { ...environment, nodes: environment.nodes.map((node) => (node.name === 'pve1' ? { ...node, disks: [{ id: 'tank-a', hand: 'ssh' as const, serial: 'S-1', zfs: { pool: 'tank', device: 'ata-MODEL_pve1-a' } }] } : node)) };

const opened = (played: Played) => ({ ...contextOfModel(played), environment: withDisk, ceph: null });
const single = ({ call, node }: StandInRequest): StandInAnswer | null => {
  if (node !== 'pve1') return null;
  if (call === 'GET /nodes/{node}/disks/zfs') return { data: [{ name: 'tank', health: 'ONLINE' }] };
  return call === 'GET /nodes/{node}/disks/zfs/{name}' ? { data: { name: 'tank', state: 'ONLINE', errors: 'No known data errors', children: [{ name: 'tank', state: 'ONLINE', children: [{ name: '/dev/disk/by-id/ata-MODEL_pve1-a-part1', state: 'ONLINE' }] }] } } : null;
};

describe('a cluster whose redundancy is mirrors of ZFS', () => {
  test('has redundant storage, one a node, and the disk by the name that the environment file gives it', async () => {
    const { storage, unread } = await takeSnapshot(opened(await play({ ceph: false, mirrors })), 'storage');
    expect(storage.map(({ name, ofNode, redundant, disks }) => [name, ofNode, redundant, disks.map(({ id, up }) => [id, up])])).toEqual([
      ['zfs tank of pve1', 'pve1', true, [['tank-a', true], ['pve1/tank/ata-MODEL_pve1-b', true]]],
      ['zfs tank of pve2', 'pve2', true, [['pve2/tank/ata-MODEL_pve2-a', true], ['pve2/tank/ata-MODEL_pve2-b', true]]],
    ]);
    expect(unread).toEqual([]);
  });

  test('a disk that is taken out is missed, and once it is back its resilvering is followed to its end', async () => {
    const played = await play({ ceph: false, mirrors });
    const context = opened(played);
    const now = async () => (await takeSnapshot(context, 'storage')).storage[0];
    await played.cluster.disk('pve1-a', false);
    expect((await now())?.disks[0]?.up).toBe(true);
    await played.pass(3);
    expect(await now()).toMatchObject({ redundant: false, serving: true, redundancyShare: 0, disks: [{ id: 'tank-a', up: false }, { up: true }] });
    await played.cluster.disk('pve1-a', true);
    await played.pass(7);
    const { storage: [half], operations } = await takeSnapshot(context, 'storage');
    expect(half).toMatchObject({ redundant: false, redundancyShare: 0.25, repairing: true, disks: [{ up: true }, { up: true }] });
    expect(operations).toEqual(['zfs tank of pve1: repairing']);
    await played.pass(16);
    expect(await takeSnapshot(context, 'full')).toMatchObject({ storage: [{ redundant: true, redundancyShare: 1, repairing: false }, { redundant: true }], operations: [], unread: [] });
  });

  test('a node that is away has its pools with it', async () => {
    const played = await play({ ceph: false, mirrors });
    const context = opened(played);
    await played.cluster.power('pve2', 'off');
    await played.pass(15);
    const { storage, unread } = await takeSnapshot(context, 'storage');
    // It may have Ceph, which the others have not: that alone cannot be told.
    expect([storage.map(({ name }) => name), unread.map(({ what }) => what)]).toEqual([['zfs tank of pve1'], ['storage']]);
  });

  test('a node that cannot say how its pools are is named, and the others are read', async () => {
    const played = await play({ ceph: false, mirrors, answer: ({ call, node }) => (node === 'pve1' && call === 'GET /nodes/{node}/disks/zfs' ? { status: 500, reason: 'command \'/sbin/zpool list\' failed: got timeout' } : null) });
    const { storage, unread } = await takeSnapshot(opened(played), 'storage');
    expect(storage.map(({ name }) => name)).toEqual(['zfs tank of pve2']);
    expect(unread).toEqual([{ what: 'storage of node pve1', why: expect.stringContaining('got timeout') as string }]);
  });
});

test('beside Ceph both are there', async () => {
  const { storage } = await takeSnapshot({ ...opened(await play({ mirrors })), ceph: { node: null } }, 'full');
  expect(storage.map(({ name }) => name)).toEqual(['ceph', 'zfs tank of pve1', 'zfs tank of pve2']);
});

describe('a pool without redundancy', () => {
  test('is no redundant storage, unless a disk of it may be taken out: then it is to be refused', async () => {
    const played = await play({ ceph: false, answer: single });
    expect(await readStorage({ ...opened(played), environment })).toBeNull();
    const context = opened(played);
    expect((await takeSnapshot(context, 'storage')).storage).toMatchObject([{ copies: { wanted: 1, minimum: 1 }, redundant: true, disks: [{ id: 'tank-a' }] }]);
    expect((await readPrerequisites(context)).find(({ title }) => title === 'zfs tank of pve1 bears the loss of a disk')).toMatchObject({ ok: false, detail: 'it bears the loss of 0' });
  });
});

describe('the capability of redundant storage', () => {
  const { signal } = new AbortController();
  const has = async (played: Played): Promise<boolean> => (await proxmoxHypervisor(opened(played), signal)).capabilities().has('redundant-storage');

  test('is there with mirrors alone, and absent without', async () => {
    expect(await has(await play({ ceph: false, mirrors }))).toBe(true);
    expect(await has(await play({ ceph: false }))).toBe(false);
  });

  test('is not absent where a node that may have it is away', async () => {
    const played = await play({ ceph: false });
    await played.cluster.power('pve2', 'off');
    await played.pass(15);
    expect(await has(played)).toBe(true);
  });
});

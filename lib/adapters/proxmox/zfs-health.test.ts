import { afterEach, describe, expect, test } from 'vitest';
import { endAll, play } from '../../platforms/proxmox/testing/model/play.ts';
import type { StandInRequest } from '../../platforms/proxmox/testing/stand-in.ts';
import { contextOfModel } from './testing.ts';
import { zfsHealth } from './zfs-health.ts';

afterEach(endAll);

/** A mirror in the documented shape of `/disks/zfs/{name}`; invented. */
const mirror = (second: object, changes: object = {}): object => ({
  name: 'tank', state: 'ONLINE', errors: 'No known data errors', scan: 'scrub repaired 0B in 00:00:01 with 0 errors on Sun Nov  8 00:24:02 2026',
  children: [{ name: 'tank', state: 'ONLINE', msg: '', leaf: 0, children: [{ name: 'mirror-0', state: 'ONLINE', msg: '', leaf: 0, children: [{ name: 'sda', state: 'ONLINE', read: 0, write: 0, cksum: 0, msg: '', leaf: 1 }, { name: 'sdb', state: 'ONLINE', read: 0, write: 0, cksum: 0, msg: '', leaf: 1, ...second }] }] }],
  ...changes,
});

async function healthOf(pool: object): Promise<{ ok: boolean; detail: string }> {
  const answer = ({ call, values }: StandInRequest) => {
    if (call === 'GET /nodes/{node}/disks/zfs') return { data: [{ name: 'tank', size: 1, alloc: 1, free: 0, frag: 0, dedup: 1, health: 'ONLINE' }] };
    return call === 'GET /nodes/{node}/disks/zfs/{name}' && values['name'] === 'tank' ? { data: pool } : null;
  };
  return zfsHealth(contextOfModel(await play({ answer })), 'pve1', {});
}

describe('a pool of ZFS', () => {
  test('is whole, after a scrub too', async () => {
    expect(await healthOf(mirror({}))).toEqual({ ok: true, detail: 'tank ONLINE' });
  });

  test('with a spare that waits is whole', async () => {
    const spares = { name: 'spares', msg: '', leaf: 0, children: [{ name: 'sdc', state: 'AVAIL', msg: '', leaf: 1 }] };
    expect((await healthOf(mirror({}, { children: [spares] }))).ok).toBe(true);
  });

  test.each(['OFFLINE', 'REMOVED', 'UNAVAIL', 'FAULTED'])('that lost a device (%s) is degraded, and the device is named', async (state) => {
    expect(await healthOf(mirror({ state, msg: 'was /dev/sdb1' }, { state: 'DEGRADED' }))).toEqual({ ok: false, detail: `tank is DEGRADED: sdb is ${state} (was /dev/sdb1)` });
  });

  test('that is being resilvered has not all copies yet, though it is ONLINE', async () => {
    expect(await healthOf(mirror({}, { scan: 'resilver in progress since Sat Nov 21 12:00:00 2026' }))).toEqual({ ok: false, detail: 'tank is being resilvered' });
  });
});

test('a node without ZFS, as recorded, lacks nothing', async () => {
  expect(await zfsHealth(contextOfModel(await play()), 'pve1', {})).toEqual({ ok: true, detail: 'it has no ZFS' });
});

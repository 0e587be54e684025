import { describe, expect, test } from 'vitest';
import { zfsPool } from '../../platforms/proxmox/requests/zfs.ts';
import type { ZfsPoolNow } from '../../platforms/proxmox/requests/zfs.ts';
import { poolStorage } from './zfs-pool.ts';

interface Row {
  name: string;
  state?: string;
  msg?: string;
  children?: Row[];
}

const path = (device: string): string => `/dev/disk/by-id/${device}-part1`;
const leaf = (device: string, state = 'ONLINE', msg = ''): Row => ({ name: path(device), state, msg });
const group = (name: string, children: Row[], state = 'ONLINE'): Row => ({ name, state, children });

/** A pool in the documented shape of `/disks/zfs/{name}`; invented. */
function pool(groups: Row[], changes: object = {}, sections: Row[] = []): ZfsPoolNow {
  return zfsPool('pve1', 'tank').answer.parse({ name: 'tank', state: 'ONLINE', errors: 'No known data errors', children: [{ name: 'tank', state: 'ONLINE', children: groups }, ...sections], ...changes });
}

const stateOf = (of: ZfsPoolNow, named: Parameters<typeof poolStorage>[2] = []) => poolStorage('pve1', of, named);
const mirror = (second: Row = leaf('ata-B'), state = 'ONLINE'): Row => group('mirror-0', [leaf('ata-A'), second], state);

test('a mirror that is whole bears the loss of one disk, and is its node\'s own', () => {
  expect(stateOf(pool([mirror()]))).toEqual({
    name: 'zfs tank of pve1', ofNode: 'pve1', holder: 'disk', healthy: true, redundant: true, redundancyShare: 1, serving: true, repairing: false, copies: { wanted: 2, minimum: 1 },
    disks: [{ id: 'pve1/tank/ata-A', node: 'pve1', up: true, inUse: true }, { id: 'pve1/tank/ata-B', node: 'pve1', up: true, inUse: true }], detail: [],
  });
});

describe('how many losses a pool bears is what the weakest of its groups bears', () => {
  const three = [leaf('a'), leaf('b'), leaf('c')];
  test.each<[string, ZfsPoolNow, number]>([
    ['a mirror of three', pool([group('mirror-0', three)]), 2],
    ['raidz', pool([group('raidz1-0', three)]), 1],
    ['raidz2', pool([group('raidz2-0', three)]), 2],
    ['raidz3', pool([group('raidz3-0', three)]), 3],
    ['draid', pool([group('draid2:4d:7c:1s-0', three)]), 2],
    ['a disk by itself', pool([leaf('a')]), 0],
    ['a mirror with a disk by itself beside it', pool([mirror(), leaf('c')]), 0],
    ['a mirror whose metadata lies on one disk', pool([mirror()], {}, [{ name: 'special', children: [leaf('s')] }]), 0],
    ['a mirror with a log, a cache and a spare', pool([mirror()], {}, [{ name: 'logs', children: [leaf('l')] }, { name: 'cache', children: [leaf('c')] }, { name: 'spares', children: [leaf('s', 'AVAIL')] }]), 1],
    ['a mirror that is being given another disk', pool([group('mirror-0', [leaf('a'), group('replacing-1', [leaf('b'), leaf('c')])])]), 1],
    ['a pool without a disk', pool([]), 0],
  ])('%s', (_what, of, losses) => {
    const { copies } = stateOf(of);
    expect(copies.wanted - copies.minimum).toBe(losses);
  });
});

describe('a mirror that lost a disk', () => {
  test.each(['REMOVED', 'UNAVAIL', 'FAULTED', 'OFFLINE'])('serves without it and is not redundant (%s)', (state) => {
    const found = stateOf(pool([mirror(leaf('ata-B', state), 'DEGRADED')], { state: 'DEGRADED' }));
    expect(found).toMatchObject({ healthy: false, redundant: false, redundancyShare: 0, serving: true, repairing: false, copies: { wanted: 2, minimum: 1 } });
    expect(found.disks[1]).toEqual({ id: 'pve1/tank/ata-B', node: 'pve1', up: false, inUse: state !== 'OFFLINE' });
    expect(found.detail).toEqual([`tank is DEGRADED: ${path('ata-B')} is ${state}`]);
  });

  test('knows it by what it was, when it is only a number any more', () => {
    const gone: Row = { name: '1234567890123456789', state: 'UNAVAIL', msg: `was ${path('ata-B')}` };
    expect(stateOf(pool([mirror(gone, 'DEGRADED')], { state: 'DEGRADED' })).disks.map(({ id, up }) => [id, up])).toEqual([['pve1/tank/ata-A', true], ['pve1/tank/ata-B', false]]);
  });

  test('has half of its data whole where it is one of two', () => {
    expect(stateOf(pool([mirror(leaf('ata-B', 'REMOVED'), 'DEGRADED'), group('mirror-1', [leaf('c'), leaf('d')])], { state: 'DEGRADED' }))).toMatchObject({ redundant: false, redundancyShare: 0.5 });
  });

  test.each(['SUSPENDED', 'UNAVAIL', 'FAULTED'])('and the other one does not serve (%s)', (state) => {
    expect(stateOf(pool([group('mirror-0', [leaf('a', 'REMOVED'), leaf('b', 'REMOVED')], 'UNAVAIL')], { state })).serving).toBe(false);
  });
});

describe('while it is resilvered, all is ONLINE and it is not redundant', () => {
  const scan = 'resilver in progress since Sat Nov 21 12:00:00 2026 4.00G / 4.00G scanned, 1.00G / 4.00G issued at 100M/s 1.01G resilvered, 25.31% done, 00:00:30 to go';
  const returned = mirror(leaf('ata-B', 'ONLINE', '(resilvering)'));

  test('its progress is the share of the data that is whole', () => {
    expect(stateOf(pool([returned], { scan }))).toMatchObject({ redundant: false, redundancyShare: 0.2531, repairing: true, serving: true, detail: ['tank is being resilvered', scan] });
    expect(stateOf(pool([returned], { scan: 'resilver (draid1:4d:7c:1s-0) in progress since Sat Nov 21 12:00:00 2026' }))).toMatchObject({ redundant: false, redundancyShare: 0, repairing: true });
  });

  test('only of the group that it is about', () => {
    expect(stateOf(pool([returned, group('mirror-1', [leaf('c'), leaf('d')])], { scan })).redundancyShare).toBeCloseTo(0.62655, 5);
  });

  test('to its last percent', () => {
    expect(stateOf(pool([returned], { scan: scan.replace('25.31', '100.00') }))).toMatchObject({ redundant: false, redundancyShare: 1 });
    expect(stateOf(pool([mirror()], { scan: 'resilvered 1.2M in 00:00:01 with 0 errors on Sat Nov 21 12:01:00 2026' }))).toMatchObject({ redundant: true, repairing: false });
  });
});

test('data that was lost is no health', () => {
  expect(stateOf(pool([mirror()], { errors: '2 data errors, use \'-v\' for a list' }))).toMatchObject({ healthy: false, detail: ['2 data errors, use \'-v\' for a list'] });
});

test.each([
  ['ata-A', '/dev/disk/by-id/ata-A-part1'], ['ata-A-part3', '/dev/disk/by-id/ata-A-part3'], ['/dev/disk/by-id/ata-A', '/dev/disk/by-id/ata-A-part1'],
  ['sdb', '/dev/sdb1'], ['nvme0n1', '/dev/nvme0n1p1'], ['scsi-0QEMU_HARDDISK_tank-a', '/dev/disk/by-id/scsi-0QEMU_HARDDISK_tank-a-part1'],
])('the environment file may call a disk %s that lies at %s', (device, where) => {
  const disk = (pool_: string) => [{ id: 'tank-a', hand: 'ssh' as const, serial: 'S-1', zfs: { pool: pool_, device } }];
  const of = pool([group('mirror-0', [{ name: where, state: 'ONLINE' }, leaf('other')])]);
  expect(stateOf(of, disk('tank')).disks.map(({ id }) => id)).toEqual(['tank-a', 'pve1/tank/other']);
  expect(stateOf(of, disk('rpool')).disks.map(({ id }) => id)).not.toContain('tank-a');
});

import type { World, ZpoolModel } from './world.ts';

/** Until the kernel, and with it ZFS, has noticed what became of a disk, s; invented. Until a disk that is back has all it missed: `work.resilver`. */
const noticedAfterS = 2;

type Disk = ZpoolModel['disks'][number];

/** A disk as ZFS has it by now. That it comes online by itself once it is back is the work of ZFS's event daemon. */
function stateOf({ nowS, work }: World, { present, changedS }: Disk): 'ONLINE' | 'REMOVED' | 'resilvering' {
  const sinceS = nowS - changedS;
  if (!present) return sinceS < noticedAfterS ? 'ONLINE' : 'REMOVED';
  if (sinceS < noticedAfterS) return 'REMOVED';
  return sinceS < noticedAfterS + work.resilver ? 'resilvering' : 'ONLINE';
}

function healthOf(world: World, { disks }: ZpoolModel): string {
  const gone = disks.filter((disk) => stateOf(world, disk) === 'REMOVED').length;
  return gone === 0 ? 'ONLINE' : gone < disks.length ? 'DEGRADED' : 'SUSPENDED';
}

export const poolsOfNode = ({ zpools }: World, node: string): ZpoolModel[] => zpools.filter((pool) => pool.node === node);

/** `/nodes/{node}/disks/zfs`: invented in the documented shape. */
export const zfsListOf = (world: World, node: string): object[] => poolsOfNode(world, node).map((pool) => ({ name: pool.name, size: 1_073_741_824, alloc: 104_857_600, free: 968_884_224, frag: 0, dedup: 1, health: healthOf(world, pool) }));

/** `/nodes/{node}/disks/zfs/{name}` of a mirror, as the API makes it of what `zpool status -P` prints; invented. */
export function zfsPoolOf(world: World, pool: ZpoolModel): object {
  const state = healthOf(world, pool);
  const repaired = pool.disks.find((disk) => stateOf(world, disk) === 'resilvering');
  const done = repaired === undefined ? 0 : (100 * (world.nowS - repaired.changedS - noticedAfterS)) / world.work.resilver;
  const row = (name: string, more: object, msg = ''): object => ({ name, read: 0, write: 0, cksum: 0, msg, ...more });
  const disks = pool.disks.map((disk) => {
    const now = stateOf(world, disk);
    return row(`/dev/disk/by-id/${disk.device}-part1`, { state: now === 'REMOVED' ? now : 'ONLINE', leaf: 1 }, now === 'resilvering' ? '(resilvering)' : '');
  });
  return {
    name: pool.name, state, errors: 'No known data errors',
    ...(state === 'ONLINE' ? {} : { status: 'One or more devices have been removed. Sufficient replicas exist for the pool to continue functioning in a degraded state.', action: "Online the device using zpool online' or replace the device with 'zpool replace'." }),
    ...(repaired === undefined ? {} : { scan: `resilver in progress since Sat Nov 21 12:00:00 2026 100M / 100M scanned, ${done.toFixed(0)}M / 100M issued at 5M/s ${done.toFixed(0)}M resilvered, ${done.toFixed(2)}% done, ${new Date(10 * Math.ceil(100 - done) * world.work.resilver).toISOString().slice(11, 19)} to go` }),
    children: [row(pool.name, { state, leaf: 0, children: [row('mirror-0', { state, leaf: 0, children: disks })] })],
    leaf: 0,
  };
}

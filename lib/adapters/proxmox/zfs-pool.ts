import type { NodeConfig } from '../../environment/environment.ts';
import type { ZfsDevice, ZfsPoolNow } from '../../platforms/proxmox/requests/zfs.ts';
import type { StorageState } from '../storage-state.ts';
import { isResilvered, lacksOfPool, illIn } from './zfs-health.ts';

/** Sections beside the data whose loss is the loss of the pool: metadata lies there (zpoolconcepts(7)). Logs, caches and spares do not count. */
const asGoodAsData = new Set(['special', 'dedup']);

const leavesOf = (device: ZfsDevice): ZfsDevice[] => (device.children.length === 0 ? [device] : device.children.flatMap(leavesOf));

/** The groups that the pool's data is spread over: what one of them loses, none of the others has. */
const groupsOf = ({ name, children }: ZfsPoolNow): ZfsDevice[] => children.filter((root) => root.name === name || asGoodAsData.has(root.name)).flatMap((root) => root.children);

/** How many of its devices a group may lose, by its kind (zpoolconcepts(7)): `mirror-0`, `raidz2-1`, `draid1:4d:7c:1s-0`, or a device by itself. */
function bears({ name, children }: ZfsDevice): number {
  if (/^mirror-\d+$/.test(name)) return Math.max(0, children.length - 1);
  const parity = /^d?raidz?([123]?)[-:]/.exec(name);
  return children.length === 0 || parity === null ? 0 : Number(parity[1] || '1');
}

/**
 * The last part of where a device lies, without its partition: the API asks for whole paths (`zpool status -P`), and ZFS makes a partition of
 * its own on a disk that it was given as a whole. One that is gone may be a number that "was" a path.
 */
function nameOf({ name, message }: ZfsDevice): string {
  const path = /^was (\S+)/.exec(message)?.[1] ?? name;
  const base = path.split('/').at(-1) ?? path;
  return base.replace(/-part\d+$/, '').replace(/^([sv]d[a-z]+)\d+$/, '$1').replace(/^(nvme\d+n\d+)p\d+$/, '$1');
}

/** Share of a group that is there with all its copies: all, none, or as far as the resilvering of it has come. */
function wholeShare(group: ZfsDevice, { scan }: ZfsPoolNow): number {
  if (illIn(group).length > 0) return 0;
  const leaves = leavesOf(group);
  if (!isResilvered(scan) || !leaves.some(({ message }) => message.includes('resilvering'))) return 1;
  return Math.min(1, Number(/([\d.]+)% done/.exec(scan)?.[1] ?? '0') / 100);
}

/** The name under which the environment file has the device, or one that says where it is. */
function idOf(node: string, pool: string, device: string, named: NodeConfig['disks']): string {
  return named.find(({ zfs }) => zfs?.pool === pool && (zfs.device === device || nameOf({ name: zfs.device, state: '', message: '', children: [] }) === device))?.id ?? `${node}/${pool}/${device}`;
}

/**
 * State of a pool of a node, as the storage that the node has for itself. `copies`: as many losses as the group bears that bears least,
 * and one more; one is enough to serve. `redundancyShare`: over its groups, which are taken to be equally full. Pure.
 *
 * @param named disks of the node in the environment file
 */
export function poolStorage(node: string, pool: ZfsPoolNow, named: NodeConfig['disks']): StorageState {
  const groups = groupsOf(pool);
  const lacks = lacksOfPool(pool);
  const repairing = isResilvered(pool.scan);
  const redundancyShare = groups.length === 0 ? 0 : groups.reduce((sum, group) => sum + wholeShare(group, pool), 0) / groups.length;
  const isSound = ['', 'No known data errors'].includes(pool.errors);
  return {
    name: `zfs ${pool.name} of ${node}`,
    ofNode: node,
    holder: 'disk',
    healthy: lacks.length === 0 && isSound,
    redundant: redundancyShare === 1 && !repairing,
    redundancyShare,
    serving: pool.state === 'ONLINE' || pool.state === 'DEGRADED',
    repairing,
    copies: { wanted: 1 + Math.min(...(groups.length === 0 ? [0] : groups.map(bears))), minimum: 1 },
    disks: groups.flatMap(leavesOf).map((device) => ({ id: idOf(node, pool.name, nameOf(device), named), node, up: device.state === 'ONLINE', inUse: device.state !== 'OFFLINE' })),
    detail: [...lacks, ...(isSound ? [] : [pool.errors]), ...(repairing ? [pool.scan] : [])],
  };
}

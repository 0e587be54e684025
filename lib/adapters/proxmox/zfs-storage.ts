import { ProxmoxError } from '../../platforms/proxmox/proxmox-error.ts';
import type { ClusterMembership } from '../../platforms/proxmox/requests/cluster.ts';
import { zfsPool, zfsPools } from '../../platforms/proxmox/requests/zfs.ts';
import type { CallOptions, Snapshot } from '../hypervisor.ts';
import type { StorageState } from '../storage-state.ts';
import type { ProxmoxContext } from './context.ts';
import { quorateView } from './quorate-view.ts';
import { poolStorage } from './zfs-pool.ts';

const questionTimeoutMs = 10_000;

/** Pools that bear the loss of a disk, and those of which the environment file names one: that it must not be taken out is to be seen, too. */
async function poolsOfNode({ client, environment }: ProxmoxContext, node: string, options: CallOptions): Promise<StorageState[]> {
  const ask = { ...options, timeoutMs: questionTimeoutMs };
  const named = environment.nodes.find(({ name }) => name === node)?.disks ?? [];
  try {
    const pools = await client.read(zfsPools(node), ask);
    const states = (await Promise.all(pools.map(async ({ name }) => client.read(zfsPool(node, name), ask)))).map((pool) => poolStorage(node, pool, named));
    return states.filter(({ copies, disks }) => copies.wanted > copies.minimum || disks.some(({ id }) => named.some((disk) => disk.id === id)));
  } catch (error) {
    if (error instanceof ProxmoxError && error.kind === 'not-installed') return [];
    throw error;
  }
}

/** The ZFS pools of all nodes, and the nodes that were not asked, as they are not members at the moment: their pools are away with them. */
export interface ZfsParts extends Pick<Snapshot, 'storage' | 'operations' | 'unread'> {
  away: string[];
}

/**
 * Reads the pools of every node that is a member.
 *
 * @param known membership, where it was read already
 */
export async function readZfs(context: ProxmoxContext, options: CallOptions, known?: ClusterMembership): Promise<ZfsParts> {
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const unread: Snapshot['unread'] = [];
  const note = (what: string) => (error: Error): null => {
    options.signal?.throwIfAborted();
    unread.push({ what, why: error.message });
    return null;
  };
  const nodes = (known ?? (await quorateView(context, signal).then(({ membership }) => membership, note('storage'))))?.nodes ?? [];
  const found = await Promise.all(nodes.filter(({ online }) => online).map(async ({ name }) => poolsOfNode(context, name, signal).catch(note(`storage of node ${name}`))));
  const storage = found.flatMap((ofNode) => ofNode ?? []);
  return { storage, unread, operations: storage.flatMap(({ name, repairing }) => (repairing ? [`${name}: repairing`] : [])), away: nodes.flatMap(({ name, online }) => (online ? [] : [name])) };
}

import { storageState } from '../../platforms/ceph/storage.ts';
import { ProxmoxError } from '../../platforms/proxmox/proxmox-error.ts';
import type { ClusterMembership } from '../../platforms/proxmox/requests/cluster.ts';
import { cephPools, cephStatus, osdTree } from '../../platforms/proxmox/requests/ceph.ts';
import type { CallOptions, Snapshot } from '../hypervisor.ts';
import type { ProxmoxContext } from './context.ts';
import { readZfs } from './zfs-storage.ts';

export type StorageParts = Pick<Snapshot, 'storage' | 'operations' | 'unread'>;

const questionTimeoutMs = 10_000;

const missing = (error: unknown): boolean => error instanceof ProxmoxError && error.kind === 'not-installed';

/**
 * State of Ceph, asked of one node after the other until one has it: a node without it says "binary not installed", and is not asked
 * again. Nodes that are no endpoints are asked through one.
 *
 * @returns null when every node has said that it has none, and `unread` when one that may have it did not answer.
 */
export async function readCeph(context: ProxmoxContext, options: CallOptions): Promise<StorageParts | null> {
  const { client, ceph, environment, withoutCeph } = context;
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const nodes = new Set([...(typeof ceph?.node === 'string' ? [ceph.node] : []), ...client.endpoints, ...environment.nodes.map(({ name }) => name)]);
  const problems: string[] = [];
  for (const node of nodes) {
    if (withoutCeph.has(node)) continue;
    const isEndpoint = client.endpoints.includes(node);
    const ask = { ...signal, ...(isEndpoint ? { endpoint: node } : {}), timeoutMs: questionTimeoutMs };
    try {
      const [status, tree, pools] = await Promise.all([client.read(cephStatus(isEndpoint ? undefined : node), ask), client.read(osdTree(node), ask), client.read(cephPools(node), ask)]);
      const state = storageState({ status, tree, pools });
      context.ceph = { node };
      return { storage: [state], operations: state.repairing ? [`${state.name}: repairing`] : [], unread: [] };
    } catch (error) {
      options.signal?.throwIfAborted();
      if (missing(error)) withoutCeph.add(node);
      else problems.push(`${node}: ${(error as Error).message}`);
    }
  }
  if (problems.length === 0 && ceph === null) return null;
  return { storage: [], operations: [], unread: [{ what: 'storage', why: problems.join(' ') || 'No node has Ceph installed any more.' }] };
}

/**
 * State of the storage that bears the loss of a disk: Ceph, and the ZFS pools of every member.
 *
 * @param known membership, where it was read already
 * @returns null when there is none, as far as all that were to be asked have answered
 */
export async function readStorage(context: ProxmoxContext, options: CallOptions = {}, known?: ClusterMembership): Promise<StorageParts | null> {
  const [ceph, { away, ...zfs }] = await Promise.all([readCeph(context, options), readZfs(context, options, known)]);
  if (ceph === null && zfs.storage.length + zfs.unread.length + away.length === 0) return null;
  return { storage: [...(ceph?.storage ?? []), ...zfs.storage], operations: [...(ceph?.operations ?? []), ...zfs.operations], unread: [...(ceph?.unread ?? []), ...zfs.unread] };
}

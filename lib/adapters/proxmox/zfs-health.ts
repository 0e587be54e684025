import { ProxmoxError } from '../../platforms/proxmox/proxmox-error.ts';
import { zfsPool, zfsPools } from '../../platforms/proxmox/requests/zfs.ts';
import type { ZfsDevice, ZfsPoolNow } from '../../platforms/proxmox/requests/zfs.ts';
import type { CallOptions } from '../hypervisor.ts';
import type { ProxmoxContext } from './context.ts';

/** What is in a device, itself included, that is not as it should be: `sdb is FAULTED (too many errors)`. Spares wait as AVAIL. */
export function illIn({ name, state, message, children }: ZfsDevice): string[] {
  const inside = children.flatMap(illIn);
  // A group is told by its devices; headings such as `spares` have no state.
  if (inside.length > 0 || ['ONLINE', 'AVAIL', 'UNKNOWN', ''].includes(state)) return inside;
  return [`${name} is ${state}${message === '' ? '' : ` (${message})`}`];
}

/** Whether copies are being made, by a pool's own account: `resilver in progress since ...`, `resilver (draid1:4d:7c:1s-0) in progress since ...`. */
export const isResilvered = (scan: string): boolean => /^resilver (?:\(\S+\) )?in progress/.test(scan);

/** What a pool lacks, in words; empty when it is whole. Pure. */
export function lacksOfPool({ name, state, scan, children }: ZfsPoolNow): string[] {
  const ill = children.flatMap(illIn);
  const lacks = state === 'ONLINE' && ill.length === 0 ? [] : [`${name} is ${state}${ill.length === 0 ? '' : `: ${ill.join(', ')}`}`];
  return isResilvered(scan) ? [...lacks, `${name} is being resilvered`] : lacks;
}

/**
 * Whether every ZFS pool of a node has all its devices and is not being resilvered. A node without ZFS has none that could lack any.
 *
 * @throws ProxmoxError when the node cannot be asked
 */
export async function zfsHealth({ client }: Pick<ProxmoxContext, 'client'>, node: string, options: CallOptions): Promise<{ ok: boolean; detail: string }> {
  try {
    const pools = await client.read(zfsPools(node), options);
    const lacks = (await Promise.all(pools.map(async ({ name }) => client.read(zfsPool(node, name), options)))).flatMap(lacksOfPool);
    return { ok: lacks.length === 0, detail: lacks.length > 0 ? lacks.join('; ') : pools.length === 0 ? 'it has no pool' : `${pools.map(({ name }) => name).join(', ')} ONLINE` };
  } catch (error) {
    if (error instanceof ProxmoxError && error.kind === 'not-installed') return { ok: true, detail: 'it has no ZFS' };
    throw error;
  }
}

import { nodeReplication } from '../../platforms/proxmox/requests/nodes.ts';
import { tellsNothing } from '../../platforms/proxmox/proxmox-error.ts';
import type { Capability } from '../hypervisor.ts';
import { mayPass } from './context.ts';
import type { ProxmoxContext } from './context.ts';

/** Whether one of the guests of the environment file is replicated. A node that cannot be asked may have the job: that makes it not absent. */
async function isReplicated({ client, environment }: ProxmoxContext, signal: AbortSignal): Promise<boolean> {
  const ids = new Set(environment.guests.map(({ id }) => id));
  const jobs = await Promise.all(environment.nodes.map(async ({ name }) => client.read(nodeReplication(name), { signal }).catch((error: unknown) => (mayPass(error) || tellsNothing(error) ? null : []))));
  signal.throwIfAborted();
  return jobs.includes(null) || jobs.some((ofNode) => ofNode?.some(({ guest }) => ids.has(guest)));
}

/**
 * What this cluster can do. Fencing is always there: nodes of Proxmox VE reset themselves by their watchdogs. Maintenance is a
 * command of `ha-manager` and not of the API, so it takes ssh.
 *
 * @param hasStorage whether a node has Ceph or a ZFS pool with redundancy, or may have it
 */
export async function readCapabilities(context: ProxmoxContext, hasStorage: boolean, signal: AbortSignal): Promise<Set<Capability>> {
  const { environment: { guests }, settings, fleet } = context;
  const found = new Set<Capability>(['node-fencing', 'cluster-lock']);
  if (guests.some(({ kind }) => kind === 'vm')) found.add('live-migration');
  if (guests.some(({ kind }) => kind === 'container')) found.add('container-migration');
  if (fleet !== null) found.add('drain');
  if (hasStorage) found.add('redundant-storage');
  if (settings.backup !== undefined) found.add('backup').add('backup-restore');
  if (await isReplicated(context, signal)) found.add('replication');
  return found;
}

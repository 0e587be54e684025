import { createHash } from 'node:crypto';
import { clusterReading } from '../../platforms/hyperv/readings.ts';
import type { CallOptions, ClusterIdentity } from '../hypervisor.ts';
import { clusterError } from '../pacemaker/context.ts';
import { askMember, type HypervContext } from './context.ts';

/** Name of the cluster, and the digest of the id that it was given when it was made. */
export async function identify(context: HypervContext, options: CallOptions = {}): Promise<ClusterIdentity> {
  try {
    const { value: { name, id } } = await askMember(context, 'read-cluster', clusterReading, options);
    const digest = createHash('sha256').update(id.toLowerCase()).digest('base64').replace(/=+$/, '');
    return { name, identity: `SHA256:${digest}`, source: `digest of the id of the cluster, (Get-Cluster).Id ${id.toLowerCase()}` };
  } catch (error) {
    options.signal?.throwIfAborted();
    throw clusterError(`The cluster cannot be identified: ${(error as Error).message}.`, 'Nobody can tell whether it is the right one.', 'See that the cluster service runs on a node and that the account of the environment file may read it (Get-Cluster).', 'identify', context.environment.name, error);
  }
}

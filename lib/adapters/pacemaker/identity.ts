import { createHash } from 'node:crypto';
import { fsidCommand } from '../../platforms/ceph/commands.ts';
import { propertiesOf } from '../../platforms/pacemaker/cib.ts';
import { corosyncNameCommand, readCmapValue } from '../../platforms/pacemaker/commands.ts';
import type { CallOptions, ClusterIdentity } from '../hypervisor.ts';
import { ask, clusterError, withSignal, type PacemakerContext } from './context.ts';
import { readConfiguration } from './reading.ts';

const authkeyPath = '/etc/corosync/authkey';

function fingerprint(digest: Buffer): string {
  return `SHA256:${digest.toString('base64').replace(/=+$/, '')}`;
}

async function clusterName(context: PacemakerContext, options?: CallOptions): Promise<string> {
  const named = propertiesOf(await readConfiguration(context, options))['cluster-name'];
  return named ?? readCmapValue((await ask(context, corosyncNameCommand, withSignal(options))).stdout) ?? '';
}

/** The digest of corosync's key, which no other cluster has, or where there is no key, of Ceph's fsid. The key itself never leaves the node. */
async function unforgeable(context: PacemakerContext, options?: CallOptions): Promise<{ identity: string; source: string }> {
  try {
    const { stdout } = await ask(context, ['sha256sum', '--', authkeyPath], withSignal(options));
    const hex = /^\\?([0-9a-f]{64})\b/.exec(stdout)?.[1];
    if (hex === undefined) throw new Error(`sha256sum answered "${stdout.trim()}"`);
    return { identity: fingerprint(Buffer.from(hex, 'hex')), source: `digest of ${authkeyPath}` };
  } catch (error) {
    options?.signal?.throwIfAborted();
    if (!context.hasStorage) throw error;
    const fsid = (await ask(context, fsidCommand, { ...withSignal(options), hedgeMs: 6000, timeoutMs: 20_000 })).stdout.trim();
    return { identity: fingerprint(createHash('sha256').update(fsid).digest()), source: `digest of the Ceph cluster's fsid ${fsid}, because ${authkeyPath} cannot be read` };
  }
}

/** Name and identity of the cluster that answers. */
export async function identify(context: PacemakerContext, options?: CallOptions): Promise<ClusterIdentity> {
  try {
    const [name, identity] = await Promise.all([clusterName(context, options), unforgeable(context, options)]);
    return { name, ...identity };
  } catch (error) {
    options?.signal?.throwIfAborted();
    throw clusterError(`The cluster cannot be identified: ${(error as Error).message}.`, 'Nobody can tell whether it is the right one.', `Let the account of the environment file read ${authkeyPath}.`, 'identify', context.environment.name, error);
  }
}

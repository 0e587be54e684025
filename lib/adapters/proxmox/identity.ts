import { nodeCertificates } from '../../platforms/proxmox/requests/nodes.ts';
import { canonicalFingerprint } from '../../transports/fingerprint.ts';
import { AdapterError } from '../adapter-error.ts';
import type { CallOptions, ClusterIdentity } from '../hypervisor.ts';
import { faultOf } from './context.ts';
import type { ProxmoxContext } from './context.ts';
import { quorateView } from './quorate-view.ts';

const authorityFile = 'pve-root-ca.pem';
const impact = 'Nobody can tell whether it is the right cluster.';

/** Name of the cluster, and the fingerprint of its own CA, which is made with the cluster and is another one in every cluster. */
export async function identify(context: ProxmoxContext, options: CallOptions = {}): Promise<ClusterIdentity> {
  const { client, environment } = context;
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  try {
    const { membership, endpoint } = await quorateView(context, options);
    if (membership.name === null) throw new AdapterError({ message: `${endpoint} is in no cluster.`, blame: 'cluster', impact: 'There is no HA to validate.', remedy: 'Give the endpoints of a cluster, or make one: pvecm create.', phase: 'identify', target: environment.name });
    const certificates = await client.read(nodeCertificates(endpoint), signal);
    const authority = certificates.find(({ file }) => file === authorityFile);
    if (authority === undefined) throw new AdapterError({ message: `${endpoint} does not show the certificate of the cluster's CA (${authorityFile}).`, blame: 'cluster', impact, remedy: 'See whether /etc/pve is mounted and pve-cluster runs on it.', phase: 'identify', target: environment.name });
    return { name: membership.name, identity: canonicalFingerprint(authority.fingerprint), source: `fingerprint of the cluster's CA, /etc/pve/${authorityFile}` };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof AdapterError) throw error;
    throw faultOf(error, 'identify', environment.name, impact);
  }
}

import { clusterStatus } from '../../platforms/proxmox/requests/cluster.ts';
import type { ClusterMembership } from '../../platforms/proxmox/requests/cluster.ts';
import type { CallOptions } from '../hypervisor.ts';
import type { ProxmoxContext } from './context.ts';

/** For each of the other nodes when the first one has no quorum, ms: those that were cut off from us answer nothing at all. */
const secondOpinionTimeoutMs = 2000;

/** Membership, and the node whose endpoint told it: to be asked for all else. */
export interface QuorateView {
  membership: ClusterMembership;
  endpoint: string;
}

/**
 * Membership as a node with quorum sees it. A node that was cut off answers as readily as any, with "quorate" 0 and everybody
 * else offline, and its guests still run: then the others are asked, and one with quorum is believed and preferred from then on.
 *
 * @throws ProxmoxError when no endpoint answers.
 */
export async function quorateView({ client }: ProxmoxContext, options: CallOptions = {}): Promise<QuorateView> {
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const ownView = (membership: ClusterMembership): QuorateView => ({ membership, endpoint: membership.nodes.find(({ local }) => local)?.name ?? client.endpoints[0] ?? '' });
  const first = ownView(await client.read(clusterStatus(), signal));
  if (first.membership.quorate || client.endpoints.length === 1) return first;
  const others = client.endpoints.filter((endpoint) => endpoint !== first.endpoint);
  const views = await Promise.all(others.map((endpoint) => client.read(clusterStatus(), { ...signal, endpoint, timeoutMs: secondOpinionTimeoutMs }).then((membership) => ({ membership, endpoint }), () => null)));
  const quorate = views.find((view) => view?.membership.quorate === true);
  if (quorate === null || quorate === undefined) return first;
  client.prefer(quorate.endpoint);
  return quorate;
}

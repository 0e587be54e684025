import type { ClusterMembership } from '../../platforms/proxmox/requests/cluster.ts';
import type { GuestNow } from '../../platforms/proxmox/requests/guests.ts';
import type { HaCurrent } from '../../platforms/proxmox/requests/ha.ts';

/** One look at a guest under HA, all of it through an endpoint with quorum. */
export interface Sighting {
  /** ms by our clock. */
  atMs: number;
  membership: ClusterMembership;
  ha: HaCurrent;
  /** The guest as the node that HA names sees it; null when that node said nothing of it. */
  guest: GuestNow | null;
}

/** What the guest was before the fault. */
export interface Before {
  sid: string;
  node: string;
  /** When the fault was injected, ms by our clock. */
  faultAtMs: number;
}

export type Standing = { running: true; node: string } | { running: false; why: string };

/** Uptime is told in whole seconds. */
const uptimeStepMs = 1000;

/** What keeps a guest from running whose process is there: QEMU's own word, as `io-error` (its storage is lost) or `paused`. Null for nothing. */
export function haltOf({ qmpStatus }: Pick<GuestNow, 'qmpStatus'>): string | null {
  return qmpStatus === null || qmpStatus === 'running' ? null : qmpStatus;
}

const notYet = (why: string): Standing => ({ running: false, why });

/**
 * Whether HA has brought a guest back, by the platform's account. Each of these alone has been seen to lie:
 *
 * - HA says `started` for a guest on a node that is dead, for up to a minute, and for good without quorum: so its node must be
 *   a member of a cluster with quorum, and its resource manager must report.
 * - The manager says `started` when it has only decided so: so the state must be the one that the resource manager confirms.
 * - `/cluster/resources` says `running` on the new node before anything was started there: so the node itself is asked, and the
 *   process must be younger than the fault, or on another node than before.
 * - A process runs that does nothing (io-error, paused, an incoming migration): so QEMU must say `running`, without a lock.
 *
 * Whether the guest answers is not told here: that is measured from outside.
 */
export function standingOf({ atMs, membership, ha, guest }: Sighting, { sid, node: nodeBefore, faultAtMs }: Before): Standing {
  if (!membership.quorate || !ha.quorate) return notYet('the node that was asked has no quorum: what it says is its memory');
  const service = ha.services.find((each) => each.sid === sid);
  if (service === undefined) return notYet(`HA does not know ${sid}`);
  if (service.state !== 'started') return notYet(`HA says ${service.state}`);
  const { node } = service;
  if (!membership.nodes.some(({ name, online }) => name === node && online)) return notYet(`HA says started on ${node}, which is no member of the cluster now`);
  const lrm = ha.lrms.find((each) => each.node === node);
  if (lrm?.state !== 'active') return notYet(`HA says started on ${node}, whose resource manager is not active (${lrm?.text ?? 'unknown'})`);
  if (guest === null) return notYet(`${node} says nothing of the guest`);
  if (!guest.running) return notYet(`HA says started on ${node}, and no process runs there`);
  const halt = haltOf(guest);
  if (halt !== null) return notYet(`its process on ${node} is ${halt}`);
  if (guest.lock !== null) return notYet(`it is locked (${guest.lock})`);
  const sinceFaultMs = atMs - faultAtMs;
  if (node === nodeBefore && guest.uptimeS * 1000 >= sinceFaultMs - uptimeStepMs) return notYet(`its process on ${node} is as old as before the fault`);
  return { running: true, node };
}

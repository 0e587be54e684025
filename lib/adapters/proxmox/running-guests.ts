import { ProxmoxError } from '../../platforms/proxmox/proxmox-error.ts';
import type { ClusterMembership } from '../../platforms/proxmox/requests/cluster.ts';
import { guestNow, guestsOfNode } from '../../platforms/proxmox/requests/guests.ts';
import type { GuestKind } from '../../platforms/proxmox/requests/guests.ts';
import type { CallOptions, Snapshot } from '../hypervisor.ts';
import type { ProxmoxContext } from './context.ts';
import { haltOf } from './recovery.ts';

/** For one node's account of its guests, ms. A recovery is watched with this reading: a node that hangs must not hold it up. */
const nodeTimeoutMs = 2500;

export interface RunningGuests {
  /** Ids of guests that run, by the nodes that answered. */
  running: ReadonlyMap<string, ReadonlySet<string>>;
  unread: Snapshot['unread'];
}

/**
 * Which guests each node says it runs, now. Every node is asked itself, also one that the cluster counts as offline: it may be
 * cut off and its guests alive, and a guest on two nodes must be seen. That one of those is silent is no lack.
 *
 * A process is not yet a guest that runs: of each VM of the environment file whose process is there, QEMU itself is asked as well. One
 * that says that it is halted (`io-error`, `paused`, the far end of a migration) does not run; one that says nothing counts by its process.
 *
 * @param kinds of guests that there are; containers are asked for only where there are any.
 */
export async function runningGuests({ client, environment }: ProxmoxContext, membership: ClusterMembership, kinds: readonly GuestKind[], options: CallOptions = {}): Promise<RunningGuests> {
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const running = new Map<string, ReadonlySet<string>>();
  const unread: Snapshot['unread'] = [];
  const watched = environment.guests.filter(({ kind }) => kind === 'vm').map(({ id }) => id);
  const isHalted = async (node: string, id: string, itself: { endpoint?: string }): Promise<boolean> => {
    try {
      const now = await client.read(guestNow(node, 'vm', id), { ...signal, ...itself, timeoutMs: nodeTimeoutMs });
      return now.running && haltOf(now) !== null;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof ProxmoxError) || error.kind === 'certificate') throw error;
      return false;
    }
  };
  const ask = async (node: string, online: boolean): Promise<void> => {
    const itself = client.endpoints.includes(node) ? { endpoint: node } : {};
    if (!online && !('endpoint' in itself)) return;
    try {
      const lists = await Promise.all(kinds.map((kind) => client.read(guestsOfNode(node, kind), { ...signal, ...itself, timeoutMs: nodeTimeoutMs })));
      const ids = new Set(lists.flat().filter((guest) => guest.running).map(({ vmid }) => vmid));
      await Promise.all(watched.filter((id) => ids.has(id)).map(async (id) => (await isHalted(node, id, itself)) && ids.delete(id)));
      running.set(node, ids);
    } catch (error) {
      options.signal?.throwIfAborted();
      // A stranger behind a node's address is no silence.
      if (!(error instanceof ProxmoxError) || error.kind === 'certificate') throw error;
      if (online) unread.push({ what: `guests on node ${node}`, why: error.message });
    }
  };
  const known = new Map([...environment.nodes.map(({ name }) => [name, false] as const), ...membership.nodes.map(({ name, online }) => [name, online] as const)]);
  await Promise.all([...known].map(([node, online]) => ask(node, online)));
  return { running, unread };
}

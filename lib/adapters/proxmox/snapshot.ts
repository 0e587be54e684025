import { ProxmoxError } from '../../platforms/proxmox/proxmox-error.ts';
import { listedGuestsOfCluster } from '../../platforms/proxmox/requests/cluster.ts';
import { haCurrent, haManagerStatus } from '../../platforms/proxmox/requests/ha.ts';
import type { HaService } from '../../platforms/proxmox/requests/ha.ts';
import { clusterTasks } from '../../platforms/proxmox/requests/tasks.ts';
import type { CallOptions, Snapshot, SnapshotScope } from '../hypervisor.ts';
import { awaitedByAffinity } from './affinity-cautions.ts';
import { faultOf } from './context.ts';
import type { ProxmoxContext } from './context.ts';
import { readFullParts } from './full-parts.ts';
import { awaitedMoves } from './placement-cautions.ts';
import { quorateView } from './quorate-view.ts';
import type { QuorateView } from './quorate-view.ts';
import { restoreCautions } from './restore-cautions.ts';
import { runningGuests } from './running-guests.ts';
import { failuresOf, guestStates, nodeStates, operationsOf } from './states.ts';
import { readStorage } from './storage.ts';

type Body = Omit<Snapshot, 'fromNs' | 'toNs'>;

const nowNs = (): number => Number(process.hrtime.bigint());

/** Who is a member, and what goes by it. */
interface MembershipReading extends QuorateView {
  body: Body;
  services: readonly HaService[];
}

function nothingRead(): Body {
  return { quorate: null, votes: null, nodes: [], guests: [], storage: [], operations: [], fencings: null, failures: [], configuration: [], settings: {}, versions: {}, unread: [] };
}

/** All of it through the endpoint that told the membership: parts of two views would not fit each other. */
async function membershipBody(context: ProxmoxContext, options: CallOptions): Promise<MembershipReading> {
  const { client, environment: { guests } } = context;
  const { membership, endpoint } = await quorateView(context, options);
  const ask = { endpoint, ...(options.signal === undefined ? {} : { signal: options.signal }) };
  const listed = client.read(listedGuestsOfCluster(), ask);
  const [current, manager, tasks, rows, { running, unread }] = await Promise.all([
    client.read(haCurrent(), ask),
    client.read(haManagerStatus(), ask),
    client.read(clusterTasks(), ask),
    listed,
    listed.then((all) => runningGuests(context, membership, [...new Set(all.map(({ kind }) => kind))], options)),
  ]);
  const ha = { current, manager };
  return {
    membership,
    endpoint,
    services: current.services,
    body: {
      ...nothingRead(),
      quorate: membership.quorate && current.quorate,
      nodes: nodeStates(membership, ha),
      guests: guestStates(rows, guests, membership, ha, running),
      operations: operationsOf(tasks, rows, guests, ha),
      failures: failuresOf(ha),
      unread,
    },
  };
}

/** The endpoint that was asked may die in the middle of a reading: then all of it is read again through another one. */
async function readMembership(context: ProxmoxContext, options: CallOptions): Promise<MembershipReading> {
  try {
    return await membershipBody(context, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof ProxmoxError) || error.kind !== 'unreachable') throw error;
    return membershipBody(context, options);
  }
}

/**
 * One reading of the cluster. `membership` asks an endpoint with quorum for members, HA and tasks, and every node for the
 * guests that it runs; `storage` asks Ceph and the ZFS pools of every node alone; `full` adds storage, clocks, configuration, settings and versions.
 *
 * @throws AdapterError when no endpoint answers, or the account may not read.
 */
export async function takeSnapshot(context: ProxmoxContext, scope: SnapshotScope, given: CallOptions = {}): Promise<Snapshot> {
  const options = given.timeoutMs === undefined ? given : { signal: AbortSignal.any([...(given.signal === undefined ? [] : [given.signal]), AbortSignal.timeout(given.timeoutMs)]) };
  const fromNs = nowNs();
  try {
    if (scope === 'storage') return { fromNs, ...nothingRead(), ...(await readStorage(context, options)), toNs: nowNs() };
    const { body, ...view } = await readMembership(context, options);
    if (scope === 'membership') return { fromNs, ...body, toNs: nowNs() };
    const [full, storage, restores] = await Promise.all([readFullParts(context, view, options), readStorage(context, options, view.membership), restoreCautions(context, body.guests, options)]);
    const { clocks, upSince, placement: { resources, rules }, ...parts } = full;
    const { guests } = context.environment;
    const able = body.nodes.filter(({ online, drained }) => online && !drained).map(({ name }) => name);
    const awaited = [...awaitedMoves(resources, rules, body, guests, view.services), ...awaitedByAffinity(resources, { rules, services: view.services, online: able, guests })];
    return {
      fromNs,
      ...body,
      ...parts,
      nodes: body.nodes.map((node) => {
        const since = upSince.get(node.name);
        return { ...node, clockOffset: clocks.get(node.name) ?? null, ...(since === undefined ? {} : { upSince: since }) };
      }),
      cautions: [...parts.cautions, ...restores],
      storage: storage?.storage ?? [],
      operations: [...body.operations, ...awaited, ...(storage?.operations ?? [])],
      unread: [...body.unread, ...parts.unread, ...(storage?.unread ?? [])],
      toNs: nowNs(),
    };
  } catch (error) {
    given.signal?.throwIfAborted();
    throw faultOf(error, `snapshot (${scope})`, context.environment.name, 'Nothing is known of the cluster.');
  }
}

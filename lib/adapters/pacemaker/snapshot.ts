import type { ClusterStatus } from '../../platforms/pacemaker/crm-mon.ts';
import type { CallOptions, Snapshot, SnapshotScope } from '../hypervisor.ts';
import type { PacemakerContext } from './context.ts';
import { clusterError } from './context.ts';
import { readFullParts } from './full-parts.ts';
import { readStatus } from './reading.ts';
import { askRunningDomains, collectRunningDomains, type Patience, type RunningDomains } from './running-domains.ts';
import { fencingsOf, guestStates, nodeStates, operationsOf, unreadNodes } from './states.ts';
import { readStorage } from './storage.ts';

type Body = Omit<Snapshot, 'fromNs' | 'toNs'>;

const nowNs = (): number => Number(process.hrtime.bigint());

function nothingRead(): Body {
  return { quorate: null, votes: null, nodes: [], guests: [], storage: [], operations: [], fencings: [], failures: [], configuration: [], settings: {}, versions: {}, unread: [] };
}

function membershipBody(context: PacemakerContext, status: ClusterStatus, running: RunningDomains): Body {
  return {
    ...nothingRead(),
    quorate: status.quorate,
    nodes: nodeStates(status),
    guests: guestStates(status, running, context.guests),
    operations: operationsOf(status, context.guests),
    fencings: fencingsOf(status),
    failures: [...new Set(status.failures.map((failure) => failure.text))],
    unread: unreadNodes(running),
  };
}

async function readMembership(context: PacemakerContext, patience: Patience, options?: CallOptions): Promise<{ status: ClusterStatus; running: RunningDomains }> {
  const asked = askRunningDomains(context, patience, options);
  const status = await readStatus(context, options);
  const offline = new Set(status.nodes.filter((node) => !node.online).map((node) => node.name));
  return { status, running: await collectRunningDomains(context, asked, offline) };
}

/**
 * One reading of the cluster. `membership` asks one node for Pacemaker's account and all nodes for their running domains;
 * `storage` asks Ceph alone; `full` adds votes, clocks, configuration, settings and versions.
 *
 * @throws AdapterError when no node answers.
 */
export async function takeSnapshot(context: PacemakerContext, scope: SnapshotScope, given: CallOptions = {}): Promise<Snapshot> {
  const options = given.timeoutMs === undefined ? given : { signal: AbortSignal.any([...(given.signal === undefined ? [] : [given.signal]), AbortSignal.timeout(given.timeoutMs)]) };
  const fromNs = nowNs();
  try {
    if (scope === 'storage') {
      const part = await readStorage(context, options);
      return { fromNs, ...nothingRead(), ...part, toNs: nowNs() };
    }
    if (scope === 'membership') {
      const { status, running } = await readMembership(context, 'quick', options);
      return { fromNs, ...membershipBody(context, status, running), toNs: nowNs() };
    }
    const [full, storage] = await Promise.all([readFullParts(context, options), readStorage(context, options)]);
    // After the configuration: it tells which domains belong to which resources.
    const { status, running } = await readMembership(context, 'patient', options);
    const body = membershipBody(context, status, running);
    return {
      fromNs,
      ...body,
      votes: full.votes,
      nodes: body.nodes.map((node) => ({ ...node, clockOffset: full.clocks.get(node.name) ?? null })),
      storage: storage.storage,
      operations: [...body.operations, ...full.jobs, ...storage.operations],
      configuration: full.configuration,
      settings: full.settings,
      versions: { ...(status.version === null ? {} : { pacemaker: status.version }), ...full.versions },
      unread: [...body.unread, ...full.unread(status), ...storage.unread],
      toNs: nowNs(),
    };
  } catch (error) {
    given.signal?.throwIfAborted();
    throw clusterError(`No node could be read: ${(error as Error).message}.`, 'Nothing is known of the cluster.', 'See to it that a node answers over ssh and that Pacemaker runs on it.', `snapshot (${scope})`, context.environment.name, error);
  }
}

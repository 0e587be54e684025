import { clusterReading, nodeReading, storageReading, type ClusterReading, type NodeReading } from '../../platforms/hyperv/readings.ts';
import type { CallOptions, Snapshot, SnapshotScope } from '../hypervisor.ts';
import { clusterError } from '../pacemaker/context.ts';
import { cautionsOf, countedMinutes } from './cautions.ts';
import { askMember, runOnEach, type HypervContext, type Reading } from './context.ts';
import { configurationLines, settingsOf, votesOf } from './full-parts.ts';
import { readLossLogs } from './losses.ts';
import { failuresOf, guestStates, nodeName, nodeStates, operationsOf, readMembership, unreadNodes, type Membership } from './membership.ts';
import { storageOperations, storageStates } from './storage.ts';

type Body = Omit<Snapshot, 'fromNs' | 'toNs'>;

const nowNs = (): number => Number(process.hrtime.bigint());

function nothingRead(): Body {
  return { quorate: null, votes: null, nodes: [], guests: [], storage: [], operations: [], fencings: null, failures: [], configuration: [], settings: {}, versions: {}, unread: [] };
}

/**
 * Nodes that answer and are no members, with no member in sight: the cluster is down. Whoever is silent may be a member; then what is
 * left has no quorum where each node of it says that it lost it, and was heard to be a member before that.
 */
function quorateOf({ memberAt }: HypervContext, { view, answers }: Membership): boolean | null {
  if (view !== null) return true;
  const heard = [...answers].flatMap(([node, answer]) => (answer instanceof Error ? [] : [{ node, lost: answer.value.quorumLost }]));
  if (heard.length === answers.size) return false;
  const lostIt = ({ node, lost }: (typeof heard)[number]): boolean => {
    const member = memberAt?.get(node);
    return lost !== null && member !== undefined && lost > member;
  };
  return heard.length > 0 && heard.every(lostIt) ? false : null;
}

function membershipBody(context: HypervContext, membership: Membership): Body {
  return {
    ...nothingRead(),
    quorate: quorateOf(context, membership),
    nodes: nodeStates(context, membership).map((node) => ({ ...node, clockOffset: null })),
    guests: guestStates(context, membership),
    operations: operationsOf(context, membership),
    failures: failuresOf(membership),
    unread: unreadNodes(context, membership),
    toldBy: [...membership.answers].flatMap(([node, answer]) => (answer instanceof Error ? [] : [node])),
  };
}

interface Part<T> {
  value: T | null;
  unread: Snapshot['unread'];
}

async function part<T>(what: string, read: () => Promise<Reading<T>>): Promise<Part<T>> {
  try {
    return { value: (await read()).value, unread: [] };
  } catch (error) {
    return { value: null, unread: [{ what, why: (error as Error).message }] };
  }
}

async function readStorage(context: HypervContext, options: CallOptions): Promise<Pick<Snapshot, 'storage' | 'operations' | 'unread'>> {
  const { value, unread } = await part('storage', () => askMember(context, 'read-storage', storageReading, options));
  if (value === null) return { storage: [], operations: [], unread };
  const wanted = context.environment.nodes.flatMap(({ disks }) => disks.map(({ id }) => id));
  return { storage: storageStates(value, wanted, (name) => nodeName(context, name)), operations: storageOperations(value), unread };
}

/** Learns which machine belongs to which role. */
export function learnMachines(context: HypervContext, { guests }: Pick<ClusterReading, 'guests'>): void {
  context.machines = new Map(guests.map(({ group, id }) => [group, id.toLowerCase()]));
}

function versionsOf(nodes: ReadonlyMap<string, Reading<NodeReading> | Error>): Record<string, string> {
  return Object.fromEntries([...nodes].flatMap(([node, answer]) => (answer instanceof Error ? [] : [[`Windows on ${node}`, `${answer.value.product} ${answer.value.build}`], [`PowerShell on ${node}`, answer.value.powershell]])));
}

async function readFull(context: HypervContext, options: CallOptions): Promise<Body> {
  const [cluster, storage, nodes, losses] = await Promise.all([
    part('configuration', () => askMember(context, 'read-cluster', clusterReading, options)),
    readStorage(context, options),
    runOnEach(context, 'read-node', nodeReading, { ...options, parameters: { Folder: '' } }),
    readLossLogs(context, countedMinutes, options),
  ]);
  if (cluster.value !== null) learnMachines(context, cluster.value);
  // After the configuration: it tells which machine belongs to which role.
  const membership = await readMembership(context, 'patient', options);
  const { cautions, unread } = cautionsOf(losses, cluster.value);
  const body = membershipBody(context, membership);
  const { view } = membership;
  return {
    ...body,
    nodes: nodeStates(context, membership),
    votes: view === null || cluster.value === null ? null : votesOf(view, cluster.value),
    storage: storage.storage,
    operations: [...body.operations, ...storage.operations],
    configuration: cluster.value === null ? [] : configurationLines(cluster.value),
    settings: cluster.value === null ? {} : settingsOf(cluster.value),
    versions: versionsOf(nodes),
    cautions,
    unread: [...body.unread, ...cluster.unread, ...storage.unread, ...unread],
  };
}

/**
 * One reading of the cluster. `membership` asks every node for its view and its own guests; `storage` asks one member; `full` adds
 * votes, clocks, configuration, settings and versions.
 *
 * @throws AdapterError when no node answers.
 */
export async function takeSnapshot(context: HypervContext, scope: SnapshotScope, given: CallOptions = {}): Promise<Snapshot> {
  const signals = [...(given.signal === undefined ? [] : [given.signal]), ...(given.timeoutMs === undefined ? [] : [AbortSignal.timeout(given.timeoutMs)])];
  const options = signals.length === 0 ? {} : { signal: AbortSignal.any(signals) };
  const fromNs = nowNs();
  try {
    const body = scope === 'storage' ? { ...nothingRead(), ...(await readStorage(context, options)) } : scope === 'full' ? await readFull(context, options) : membershipBody(context, await readMembership(context, 'quick', options));
    options.signal?.throwIfAborted();
    return { fromNs, ...body, toNs: nowNs() };
  } catch (error) {
    given.signal?.throwIfAborted();
    throw clusterError(`No node could be read: ${(error as Error).message}.`, 'Nothing is known of the cluster.', 'See to it that a node answers over ssh, that Windows PowerShell runs there and that the account may read the cluster.', `snapshot (${scope})`, context.environment.name, error);
  }
}

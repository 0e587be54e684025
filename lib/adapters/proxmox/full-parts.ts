import type { ProxmoxRead } from '../../platforms/proxmox/request.ts';
import { clusterOptions } from '../../platforms/proxmox/requests/cluster.ts';
import { haGroups, haResources, haRules } from '../../platforms/proxmox/requests/ha.ts';
import type { HaPlacementRule, HaResource } from '../../platforms/proxmox/requests/ha.ts';
import { nodeNow, nodeTime } from '../../platforms/proxmox/requests/nodes.ts';
import type { NodeNow } from '../../platforms/proxmox/requests/nodes.ts';
import { clockOffset, unsetWallMs } from '../clock-offset.ts';
import type { CallOptions, NodeState, Snapshot } from '../hypervisor.ts';
import { affinityCautions } from './affinity-cautions.ts';
import type { Placed } from './affinity-cautions.ts';
import { balanceCautions } from './balance-cautions.ts';
import type { ProxmoxContext } from './context.ts';
import { expectedRecovery } from './expected-recovery.ts';
import { placementCautions } from './placement-cautions.ts';
import type { QuorateView } from './quorate-view.ts';
import { votesOf } from './votes.ts';

export interface FullParts extends Required<Pick<Snapshot, 'cautions'>>, Pick<Snapshot, 'votes' | 'configuration' | 'settings' | 'versions' | 'unread'> {
  clocks: ReadonlyMap<string, NodeState['clockOffset']>;
  /** Where HA keeps guests, as far as that was read. */
  placement: { resources: readonly HaResource[]; rules: readonly HaPlacementRule[] };
  upSince: ReadonlyMap<string, NonNullable<NodeState['upSince']>>;
}

const nodeTimeoutMs = 5000;
/** A node tells its clock in whole seconds: the truth lies within half of one around the middle. */
const clockStepMs = 1000;
/** It tells how long it has been running in whole seconds, too, rounded down. */
const uptimeStepNs = 1e9;

const nowNs = (): number => Number(process.hrtime.bigint());

const flag = (value: boolean | null): string => (value === null ? 'unsaid' : value ? '1' : '0');

/** HA's configuration, one line an item, sorted: it must be the same before and after a run. */
export function configurationLines(resources: readonly HaResource[], rules: readonly HaPlacementRule[], options: Readonly<Record<string, string>>): string[] {
  const sorted = (values: readonly string[]): string => values.toSorted().join(',');
  return [
    ...resources.map(({ sid, state, group, maxRestart, maxRelocate, failback }) => `resource ${sid}: state=${state} group=${group ?? 'none'} max_restart=${maxRestart ?? 'unsaid'} max_relocate=${maxRelocate ?? 'unsaid'} failback=${flag(failback)}`),
    ...rules.map(({ name, kind, sids, nodes, strict, failback, affinity }) => `${kind} ${name}: resources=${sorted(sids)} nodes=${sorted(Object.entries(nodes).map(([node, priority]) => `${node}:${priority}`))} strict=${flag(strict)} failback=${flag(failback)}${affinity === undefined ? '' : ` affinity=${affinity}`}`),
    ...['ha', 'migration'].flatMap((key) => (options[key] === undefined ? [] : [`option ${key}: ${options[key]}`])),
  ].toSorted();
}

/** When a node started that says how long it has been running, between the moments at which it was asked and had answered. Pure. */
export function startOf(uptimeS: number, askedNs: number, answeredNs: number): NonNullable<NodeState['upSince']> {
  return { fromNs: askedNs - uptimeS * 1e9 - uptimeStepNs, toNs: answeredNs - uptimeS * 1e9 };
}

/**
 * The parts of a full reading that change slowly. What cannot be read is named and left out.
 *
 * @param services where HA has its services, of the same reading
 */
export async function readFullParts(context: ProxmoxContext, { membership, endpoint, services }: QuorateView & { services: Placed }, options: CallOptions = {}): Promise<FullParts> {
  const { client, major, environment } = context;
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const unread: Snapshot['unread'] = [];
  const part = async <T>(what: string, request: ProxmoxRead<T>, timeoutMs?: number): Promise<T | null> => {
    try {
      return await client.read(request, { ...signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
    } catch (error) {
      options.signal?.throwIfAborted();
      unread.push({ what, why: (error as Error).message });
      return null;
    }
  };
  const online = membership.nodes.filter((node) => node.online).map(({ name }) => name);
  const clockOf = async (node: string): Promise<NodeState['clockOffset']> => {
    const before = unsetWallMs();
    const seconds = await part(`clock of node ${node}`, nodeTime(node), nodeTimeoutMs);
    return seconds === null ? null : clockOffset(seconds * 1000 + clockStepMs / 2, before, unsetWallMs(), clockStepMs / 2);
  };
  const nodeOf = async (node: string): Promise<{ node: string; now: NodeNow | null; upSince: NodeState['upSince'] }> => {
    const askedNs = nowNs();
    const now = await part(`node ${node}`, nodeNow(node), nodeTimeoutMs);
    return { node, now, upSince: now === null ? undefined : startOf(now.uptimeS, askedNs, nowNs()) };
  };
  const votes = votesOf(context, membership, endpoint, options).catch((error: Error) => {
    options.signal?.throwIfAborted();
    unread.push({ what: 'votes', why: error.message });
    return null;
  });
  const [resources, rules, datacenter, clocks, nodes] = await Promise.all([
    part('HA resources', haResources()),
    part(major >= 9 ? 'HA rules' : 'HA groups', major >= 9 ? haRules() : haGroups()),
    part('options of the datacenter', clusterOptions()),
    Promise.all(online.map(async (node) => [node, await clockOf(node)] as const)),
    Promise.all(online.map(nodeOf)),
  ]);
  const placement = resources === null || rules === null ? { resources: [], rules: [] } : { resources, rules };
  return {
    votes: await votes,
    clocks: new Map(clocks),
    upSince: new Map(nodes.flatMap(({ node, upSince }) => (upSince === undefined ? [] : [[node, upSince]]))),
    configuration: resources === null || rules === null || datacenter === null ? [] : configurationLines(resources, rules, datacenter.set),
    placement,
    cautions: [
      ...placementCautions(placement.resources, placement.rules, membership, environment),
      ...(datacenter === null ? [] : balanceCautions(datacenter.set)),
      ...affinityCautions(placement.resources, { rules: placement.rules, services, online, guests: environment.guests }, environment.policy),
    ],
    settings: { ...(datacenter === null ? {} : { 'HA shutdown policy': datacenter.shutdownPolicy }), 'HA recovery of a worker': expectedRecovery('worker', 0).terms.join('; '), "HA recovery of the manager's node": expectedRecovery('coordinator', 0).terms.join('; ') },
    versions: Object.fromEntries(nodes.flatMap(({ node, now }) => (now === null ? [] : [[`proxmox-ve on ${node}`, now.version], [`kernel on ${node}`, now.kernel]]))),
    unread,
  };
}

import { z } from 'zod';
import { perlBoolean, perlNumber, perlText } from '../perl.ts';
import { read } from '../request.ts';
import type { ProxmoxRead } from '../request.ts';

/** Membership as the node that was asked sees it: a node that was cut off says that it has no quorum and is alone. */
export interface ClusterMembership {
  /** Null on a node that is in no cluster. */
  name: string | null;
  quorate: boolean;
  nodes: { name: string; online: boolean; address: string | null; id: number | null; local: boolean }[];
}

const membershipEntry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('cluster'), name: z.string(), quorate: perlBoolean }),
  z.object({ type: z.literal('node'), name: z.string(), online: perlBoolean, ip: z.string().optional(), nodeid: perlNumber.optional(), local: perlBoolean.optional() }),
]);

const knownTypes = new Set(['cluster', 'node']);

/** Order is random on every call: entries are told by their type and name. Types that newer versions add are let pass; those we know must be whole. */
const membership = z.array(z.looseObject({ type: z.string() })).transform((entries) => entries.filter(({ type }) => knownTypes.has(type))).pipe(z.array(membershipEntry)).transform((entries): ClusterMembership => {
  const cluster = entries.find((entry) => entry.type === 'cluster');
  return {
    name: cluster?.name ?? null,
    // A node in no cluster is its own majority.
    quorate: cluster?.quorate ?? true,
    nodes: entries.flatMap((entry) => (entry.type === 'node' ? [{ name: entry.name, online: entry.online, address: entry.ip ?? null, id: entry.nodeid || null, local: entry.local ?? false }] : [])).toSorted((one, other) => one.name.localeCompare(other.name)),
  };
});

/** Membership and quorum; a dead node is offline here about 9 s after its death. */
export function clusterStatus(): ProxmoxRead<ClusterMembership> {
  return read('/cluster/status', {}, membership);
}

/**
 * A guest in `/cluster/resources`. CACHED: status and uptime are the last broadcast of its node, up to 300 s old, and stay
 * "running" when that node is dead; after a failover the row shows the new node with the old sample. Placement (`node`) is
 * the configuration's and current. Never take `status` for life.
 */
export interface ListedGuest {
  id: string;
  kind: 'vm' | 'container';
  name: string;
  node: string;
  cachedStatus: string;
  haState: string | null;
  lock: string | null;
  template: boolean;
}

const listedGuests = z
  .array(z.object({ type: z.string(), vmid: perlText.optional(), node: z.string().optional(), name: z.string().optional(), status: z.string().optional(), hastate: z.string().nullish(), lock: z.string().nullish(), template: perlBoolean.optional() }))
  .transform((rows) => rows.flatMap((row): ListedGuest[] => {
    if ((row.type !== 'qemu' && row.type !== 'lxc') || row.vmid === undefined || row.node === undefined) return [];
    return [{ id: row.vmid, kind: row.type === 'qemu' ? 'vm' : 'container', name: row.name ?? row.vmid, node: row.node, cachedStatus: row.status ?? 'unknown', haState: row.hastate ?? null, lock: row.lock ?? null, template: row.template ?? false }];
  }));

/** All guests and where they are; without rights the list is short and no error is said. */
export function listedGuestsOfCluster(): ProxmoxRead<ListedGuest[]> {
  return read('/cluster/resources', {}, listedGuests, { type: 'vm' });
}

export interface DatacenterOptions {
  /** What happens to HA guests when a node is shut down. */
  shutdownPolicy: 'conditional' | 'freeze' | 'failover' | 'migrate';
  /** The options that are set, as texts, for the record. */
  set: Record<string, string>;
}

function flat(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value).map(([key, inner]) => `${key}=${flat(inner)}`).toSorted().join(',');
}

/** `ha` is an object in some versions and the text of datacenter.cfg in others. */
function policyOf(ha: unknown): string {
  return /(?:^|,)shutdown_policy=(\w+)/.exec(flat(ha))?.[1] ?? 'conditional';
}

const datacenterOptions = z.record(z.string(), z.unknown()).transform((options, context): DatacenterOptions => {
  const policy = z.enum(['conditional', 'freeze', 'failover', 'migrate']).safeParse(policyOf(options['ha']));
  if (policy.success) return { shutdownPolicy: policy.data, set: Object.fromEntries(Object.entries(options).map(([key, value]) => [key, flat(value)]).filter(([, text]) => text !== '')) };
  context.issues.push({ code: 'custom', message: `"${policyOf(options['ha'])}" is a shutdown policy that is not known here`, input: options['ha'] });
  return z.NEVER;
});

/** Options of the datacenter: the shutdown policy, the network of migrations. */
export function clusterOptions(): ProxmoxRead<DatacenterOptions> {
  return read('/cluster/options', {}, datacenterOptions);
}

export interface ClusterLogLine {
  node: string;
  /** Seconds since 1970, by the clock of that node. */
  time: number;
  tag: string;
  user: string;
  text: string;
}

const clusterLogLines = z
  .array(z.object({ node: z.string(), time: perlNumber, tag: z.string(), user: z.string(), msg: z.string() }))
  .transform((lines) => lines.map(({ msg, ...line }): ClusterLogLine => ({ ...line, text: msg })).toSorted((one, other) => one.time - other.time));

/** The cluster's log, oldest first. @param max lines */
export function clusterLog(max: number): ProxmoxRead<ClusterLogLine[]> {
  return read('/cluster/log', {}, clusterLogLines, { max });
}

export interface ConfiguredVotes {
  node: string;
  votes: number;
}

const configuredNodes = z
  .array(z.object({ node: z.string().optional(), name: z.string().optional(), quorum_votes: perlNumber.optional() }))
  .transform((rows) => rows.map(({ node, name, quorum_votes: votes }): ConfiguredVotes => ({ node: name ?? node ?? '', votes: votes ?? 1 })));

/** Votes of each node as corosync.conf has them. */
export function configuredVotes(): ProxmoxRead<ConfiguredVotes[]> {
  return read('/cluster/config/nodes', {}, configuredNodes);
}

/** Whether a QDevice votes as well; how many votes it casts is not said here. An empty answer: there is none. */
export function hasQDevice(): ProxmoxRead<boolean> {
  return read('/cluster/config/qdevice', {}, z.record(z.string(), z.unknown()).transform((answer) => Object.keys(answer).length > 0));
}

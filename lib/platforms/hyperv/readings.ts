import { z } from 'zod';
import { list, moment } from '../../transports/powershell/json51.ts';

/** A UInt64 as text: beyond 2^53 a JSON number would be rounded. */
const digits = z.string().regex(/^\d+$/);
const count = digits.transform(Number);
const flags = digits.transform((text) => BigInt(text));
const optionalNumber = z.union([digits.transform(Number), z.null()]);

/** read-membership.ps1 */
export const membershipReading = z.object({
  cluster: z.object({
    nodes: list(z.object({ name: z.string(), state: z.string(), info: z.int(), drain: z.string(), weight: z.int(), dynamicWeight: z.int() })),
    groups: list(z.object({ name: z.string(), type: z.string(), core: z.boolean(), owner: z.string(), state: z.string(), info: flags })),
  }).nullable(),
  problem: z.string().nullable(),
  /** When this node's cluster service ended last for want of quorum; null: it is a member, or nothing is known of it. */
  quorumLost: moment.nullable(),
  guests: list(z.object({ id: z.string(), name: z.string(), state: z.string(), operational: list(z.string()), clustered: z.boolean(), uptimeMs: count })),
});
export type MembershipReading = z.output<typeof membershipReading>;
export type ClusterView = NonNullable<MembershipReading['cluster']>;
export type ClusterGroup = ClusterView['groups'][number];
export type ClusterNode = ClusterView['nodes'][number];

/** read-cluster.ps1 */
export const clusterReading = z.object({
  name: z.string(),
  id: z.string().regex(/^[0-9a-f-]{36}$/i),
  settings: z.record(z.string(), optionalNumber),
  quorum: z.object({ type: z.string(), witness: z.object({ name: z.string(), type: z.string(), state: z.string(), weight: z.int() }).nullable() }),
  guests: list(z.object({ group: z.string(), resource: z.string(), id: z.string(), state: z.string(), restartAction: z.int() })),
  groups: list(z.object({ name: z.string(), priority: z.int(), failback: z.int(), threshold: optionalNumber, resiliencyPeriod: optionalNumber, antiAffinity: z.string() })),
  networks: list(z.object({ name: z.string(), role: z.string(), state: z.string() })),
  /** Timers of the storage's health service, by their documented names. */
  health: list(z.object({ name: z.string(), value: z.string() })),
});
export type ClusterReading = z.output<typeof clusterReading>;

/** What a virtual disk or a tier of one survives: losses of fault domains of a kind. Null where it has tiers, which say it. */
const resiliency = { resiliency: z.string(), survives: z.int().nullable(), domain: z.int().nullable() };

/** read-losses.ps1 */
export const lossesReading = z.object({ losses: list(z.object({ node: z.string(), utc: moment })), quorumLost: list(moment) });

/** read-storage.ps1 */
export const storageReading = z.object({
  subsystems: z.int(),
  pools: list(z.object({ name: z.string(), health: z.int(), op: list(z.int()), size: count, allocated: count, readOnly: z.boolean(), retireMissing: z.string() })),
  virtualDisks: list(z.object({ name: z.string(), id: z.string(), health: z.int(), op: list(z.int()), detached: z.int(), copies: z.int(), size: count, ...resiliency, tiers: list(z.object(resiliency)) })),
  physicalDisks: list(z.object({ id: z.string(), serial: z.string(), name: z.string(), node: z.string(), health: z.int(), op: list(z.int()), usage: z.int(), size: count })),
  jobs: list(z.object({ id: z.string(), name: z.string(), state: z.int(), percent: z.int(), total: count, done: count })),
  volumes: list(z.object({ name: z.string(), node: z.string(), state: z.string(), fileSystemReason: z.string(), blockReason: z.string() })),
  faults: list(z.object({ id: z.string(), type: z.string(), severity: z.int(), object: z.string(), reason: z.string() })),
});
export type StorageReading = z.output<typeof storageReading>;

/** read-node.ps1 */
export const nodeReading = z.object({
  computer: z.string(), product: z.string(), build: z.string(), powershell: z.string(), edition: z.string(), elevated: z.boolean(), clusterService: z.string(),
  modules: list(z.string()), free: count.nullable(),
});
export type NodeReading = z.output<typeof nodeReading>;

/** read-migration-events.ps1 */
export const migrationEventsReading = z.object({
  events: list(z.object({ id: z.int(), utc: moment, record: z.string(), properties: list(z.string()) })),
  /** Logs that could not be read: what they hold is not known. */
  unreadable: list(z.object({ log: z.string(), why: z.string() })),
});
export type MigrationEvent = z.output<typeof migrationEventsReading>['events'][number];

/** read-instance-events.ps1 */
export const instanceEventsReading = z.object({ events: list(z.object({ id: z.int(), utc: moment, record: count })) });

/** read-events.ps1 */
export const eventsReading = z.object({
  events: list(z.object({ log: z.string(), provider: z.string(), id: z.int(), level: z.int(), utc: moment, record: z.string(), properties: list(z.string()), message: z.string() })),
  unreadable: list(z.object({ log: z.string(), provider: z.string(), why: z.string() })),
});
export type NodeEvent = z.output<typeof eventsReading>['events'][number];

/** read-guest.ps1 */
export const guestReading = z.object({
  id: z.string(), name: z.string(), state: z.string(), operational: list(z.string()), version: z.string(), heartbeat: z.string(),
  disks: list(z.object({ path: z.string(), size: count, fileSize: count })),
});

/** verify-export.ps1 */
export const exportReading = z.object({
  configurations: z.int(),
  disks: list(z.object({ name: z.string(), bytes: count, intact: z.boolean().nullable() })),
  incompatibilities: list(z.object({ id: z.int(), message: z.string() })),
});

/** read-cluster-log.ps1 */
export const clusterLogReading = z.object({ files: z.int(), length: z.int(), text: z.string() });
/** read-validation.ps1 */
export const validationReading = z.object({ report: z.object({ name: z.string(), utc: moment, whole: z.boolean(), text: z.string() }).nullable() });

/** read-server-backup.ps1. Results as Windows tells them: 0 is success, and some versions write a word. */
export const serverBackupReading = z.object({
  present: z.boolean(),
  last: z.object({ result: z.string(), detail: z.string(), succeeded: moment.nullable(), versions: z.string(), jobs: list(z.object({ state: z.string(), hresult: z.string(), began: moment.nullable(), ended: moment.nullable() })) }).nullable(),
});

/** notice.ps1 */
export const noticeReading = z.object({ path: z.string(), text: z.string().nullable() });
/** remove-exports.ps1 */
export const leftReading = z.object({ left: list(z.string()) });

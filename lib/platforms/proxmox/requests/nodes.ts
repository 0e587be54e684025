import { z } from 'zod';
import { perlBoolean, perlNumber } from '../perl.ts';
import { read, write } from '../request.ts';
import type { ProxmoxRead, ProxmoxWrite } from '../request.ts';

/** A node in the list, with the fingerprint that the cluster knows of its certificate; cached like all lists. */
export interface ListedNode {
  name: string;
  fingerprint: string | null;
}

/** All nodes with the fingerprints of their certificates. */
export function nodes(): ProxmoxRead<ListedNode[]> {
  const rows = z.array(z.object({ node: z.string(), ssl_fingerprint: z.string().optional() })).transform((list) => list.map(({ node, ssl_fingerprint: fingerprint }): ListedNode => ({ name: node, fingerprint: fingerprint ?? null })));
  return read('/nodes', {}, rows);
}

export interface NodeNow {
  uptimeS: number;
  version: string;
  kernel: string;
  memoryFreeBytes: number;
  rootFreeBytes: number;
}

const nodeNowAnswer = z
  .object({ uptime: perlNumber, pveversion: z.string(), kversion: z.string(), memory: z.object({ free: perlNumber }), rootfs: z.object({ avail: perlNumber }) })
  .transform((node): NodeNow => ({ uptimeS: node.uptime, version: node.pveversion, kernel: node.kversion, memoryFreeBytes: node.memory.free, rootFreeBytes: node.rootfs.avail }));

/** A node by its own account, now. */
export function nodeNow(node: string): ProxmoxRead<NodeNow> {
  return read('/nodes/{node}/status', { node }, nodeNowAnswer);
}

/** Clock of a node: seconds since 1970, whole. */
export function nodeTime(node: string): ProxmoxRead<number> {
  return read('/nodes/{node}/time', { node }, z.object({ time: perlNumber }).transform(({ time }) => time));
}

/** Orderly shutdown or restart. There is no task; it begins 2 s later (API2/Nodes.pm). Power has no place in the API. */
export function shutNodeDown(node: string, command: 'shutdown' | 'reboot'): ProxmoxWrite<null> {
  return write('POST', '/nodes/{node}/status', { node }, z.unknown().transform(() => null), { command });
}

export interface NodeService {
  name: string;
  running: boolean;
}

/** Services of a node: corosync, pve-ha-crm, pve-ha-lrm, watchdog-mux and others. */
export function nodeServices(node: string): ProxmoxRead<NodeService[]> {
  const rows = z.array(z.object({ service: z.string(), state: z.string() })).transform((list) => list.map(({ service, state }): NodeService => ({ name: service, running: state === 'running' })));
  return read('/nodes/{node}/services', { node }, rows);
}

export interface NodeCertificate {
  file: string;
  subject: string;
  issuer: string;
  fingerprint: string;
  pem: string | null;
  /** Seconds since 1970. */
  notAfter: number | null;
}

/** Certificates of a node; `pve-root-ca.pem` is that of the cluster's CA. */
export function nodeCertificates(node: string): ProxmoxRead<NodeCertificate[]> {
  const rows = z
    .array(z.object({ filename: z.string(), subject: z.string().default(''), issuer: z.string().default(''), fingerprint: z.string(), pem: z.string().optional(), notafter: perlNumber.optional() }))
    .transform((list) => list.map(({ filename, notafter, pem, ...rest }): NodeCertificate => ({ ...rest, file: filename, pem: pem ?? null, notAfter: notafter ?? null })));
  return read('/nodes/{node}/certificates/info', { node }, rows);
}

export interface ReplicationState {
  id: string;
  guest: string;
  target: string;
  /** Seconds since 1970 of the last success; null when there was none. */
  lastSync: number | null;
  /** Seconds since 1970 when it is due again; null when that is not told. */
  nextSync: number | null;
  failures: number;
  error: string | null;
  running: boolean;
}

const replicationRows = z
  .array(z.object({ id: z.string(), guest: z.union([z.string(), z.number()]).transform(String), target: z.string(), last_sync: perlNumber.optional(), next_sync: perlNumber.optional(), fail_count: perlNumber.optional(), error: z.string().optional(), pid: perlNumber.optional(), disable: perlBoolean.optional() }))
  .transform((rows) => rows.filter(({ disable }) => disable !== true).map((row): ReplicationState => ({ id: row.id, guest: row.guest, target: row.target, lastSync: row.last_sync || null, nextSync: row.next_sync || null, failures: row.fail_count ?? 0, error: row.error ?? null, running: row.pid !== undefined })));

/** Replication jobs whose source is this node, with how they stand. */
export function nodeReplication(node: string): ProxmoxRead<ReplicationState[]> {
  return read('/nodes/{node}/replication', { node }, replicationRows);
}

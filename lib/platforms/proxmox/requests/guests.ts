import { z } from 'zod';
import { perlBoolean, perlNumber, perlText } from '../perl.ts';
import { read, write } from '../request.ts';
import type { ProxmoxRead, ProxmoxWrite } from '../request.ts';

export type GuestKind = 'vm' | 'container';

const folder = (kind: GuestKind): 'qemu' | 'lxc' => (kind === 'vm' ? 'qemu' : 'lxc');

/** A task starter answers a UPID; everything else is judged by `startTask`. */
const upid = z.unknown();

/** A guest as its own node sees it now, from the process: this is life, where `/cluster/resources` is memory. */
export interface GuestNow {
  running: boolean;
  /** QEMU's own state: `running`, `paused`, `io-error` (its storage is lost) and others; null for containers. */
  qmpStatus: string | null;
  /** Age of the process, s; 0 when it does not run. A guest that was restarted is younger than the fault. */
  uptimeS: number;
  pid: number | null;
  lock: string | null;
  haManaged: boolean;
  agentConfigured: boolean;
}

const now = z
  .object({ status: z.string(), qmpstatus: z.string().optional(), uptime: perlNumber.default(0), pid: perlNumber.nullish(), lock: z.string().nullish(), agent: perlBoolean.optional(), ha: z.object({ managed: perlBoolean }).optional() })
  .transform((guest): GuestNow => ({ running: guest.status === 'running', qmpStatus: guest.qmpstatus ?? null, uptimeS: guest.uptime, pid: guest.pid ?? null, lock: guest.lock ?? null, haManaged: guest.ha?.managed ?? false, agentConfigured: guest.agent ?? false }));

/** @param node where the guest is; on any other the answer is 500 "does not exist". */
export function guestNow(node: string, kind: GuestKind, vmid: string): ProxmoxRead<GuestNow> {
  return read(`/nodes/{node}/${folder(kind)}/{vmid}/status/current`, { node, vmid }, now);
}

export interface GuestOfNode {
  vmid: string;
  running: boolean;
  uptimeS: number;
}

const ofNode = z.array(z.object({ vmid: perlText, status: z.string(), uptime: perlNumber.default(0) })).transform((rows) => rows.map(({ vmid, status, uptime }): GuestOfNode => ({ vmid, running: status === 'running', uptimeS: uptime })));

/** Guests of a node by its own account, live: one call for all of them. */
export function guestsOfNode(node: string, kind: GuestKind): ProxmoxRead<GuestOfNode[]> {
  return read(`/nodes/{node}/${folder(kind)}`, { node }, ofNode);
}

const config = z.record(z.string(), z.unknown()).transform((entries) => Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, String(value)])));

/**
 * Configuration of a guest, its values as texts. As it will be after the next start: changes that wait for it are in it already,
 * unless `current` asks for what is in force.
 */
export function guestConfig(node: string, kind: GuestKind, vmid: string, { current = false }: { current?: boolean } = {}): ProxmoxRead<Record<string, string>> {
  return read(`/nodes/{node}/${folder(kind)}/{vmid}/config`, { node, vmid }, config, { current: current || undefined });
}

/** What the source node says of a migration beforehand. */
export interface MigrationPrecheck {
  running: boolean;
  allowed: string[];
  localDisks: string[];
  localResources: string[];
  /** By node: what keeps the guest from it. Nodes that nothing is said of are not among them. */
  blocked: { node: string; why: BlockedWay }[];
  /** Services that HA moves along, as a rule keeps them with the guest: `vm:101`. PVE 9 only. */
  dependents: string[];
}

/** What the source node has against a way: storages that the target lacks, devices that are mapped nowhere there, services that a rule keeps apart from the guest. */
export interface BlockedWay {
  storages: string[];
  devices: string[];
  services: { sid: string; cause: string }[];
}

/** API2/Qemu.pm, migrate_vm_precondition: a node may stand in `not_allowed_nodes` with nothing against it (seen on 9.1), and then is allowed, too. */
const blockedWay = z
  .object({ unavailable_storages: z.array(z.string()).default([]), 'unavailable-resources': z.array(z.string()).default([]), 'blocking-ha-resources': z.array(z.object({ sid: z.string(), cause: z.string().default('resource-affinity') })).default([]) })
  .transform(({ unavailable_storages: storages, 'unavailable-resources': devices, 'blocking-ha-resources': services }): BlockedWay => ({ storages, devices, services }));

const precheck = z
  .object({ running: perlBoolean, allowed_nodes: z.array(z.string()).default([]), not_allowed_nodes: z.record(z.string(), blockedWay).default({}), local_disks: z.array(z.object({ volid: z.string() })).default([]), local_resources: z.array(z.string()).default([]), 'dependent-ha-resources': z.array(z.string()).default([]) })
  .transform(({ running, allowed_nodes: allowed, not_allowed_nodes: notAllowed, local_disks: disks, local_resources: localResources, 'dependent-ha-resources': dependents }): MigrationPrecheck => ({
    running,
    allowed: allowed.toSorted(),
    localDisks: disks.map(({ volid }) => volid),
    localResources,
    blocked: Object.entries(notAllowed).flatMap(([node, why]) => (why.storages.length + why.devices.length + why.services.length === 0 ? [] : [{ node, why }])),
    dependents,
  }));

/** VMs only: running containers cannot be migrated live. */
export function migrationPrecheck(node: string, vmid: string): ProxmoxRead<MigrationPrecheck> {
  return read('/nodes/{node}/qemu/{vmid}/migrate', { node, vmid }, precheck);
}

/**
 * Starts a live migration. For a guest under HA the task is a `hamigrate` that only asks the manager; for a VM that is stopped
 * `online` is ignored and nothing live happens: see that it runs first.
 */
export function migrateVm(node: string, vmid: string, target: string): ProxmoxWrite<unknown> {
  return write('POST', '/nodes/{node}/qemu/{vmid}/migrate', { node, vmid }, upid, { target, online: true });
}

/** Starts a restart migration of a container: it is stopped here and started there. @param timeoutS for its shutdown, s */
export function migrateContainer(node: string, vmid: string, target: string, timeoutS: number): ProxmoxWrite<unknown> {
  return write('POST', '/nodes/{node}/lxc/{vmid}/migrate', { node, vmid }, upid, { target, restart: true, timeout: timeoutS });
}

/** Starts, shuts down or stops a guest. Under HA the task only asks the manager, and the requested state stays as it was set. */
export function changeGuest(node: string, kind: GuestKind, vmid: string, change: 'start' | 'shutdown' | 'stop'): ProxmoxWrite<unknown> {
  return write('POST', `/nodes/{node}/${folder(kind)}/{vmid}/status/${change}`, { node, vmid }, upid);
}

/** Sets options of a guest; for scratch guests: their network cut, their start at boot off. */
export function setGuestConfig(node: string, kind: GuestKind, vmid: string, options: Readonly<Record<string, string | number | boolean>>): ProxmoxWrite<null> {
  return write('PUT', `/nodes/{node}/${folder(kind)}/{vmid}/config`, { node, vmid }, z.unknown().transform(() => null), options);
}

/** Removes a guest with its disks and its entries in jobs. */
export function removeGuest(node: string, kind: GuestKind, vmid: string): ProxmoxWrite<unknown> {
  return write('DELETE', `/nodes/{node}/${folder(kind)}/{vmid}`, { node, vmid }, upid, { purge: true, 'destroy-unreferenced-disks': true });
}

/**
 * Restores a backup as a new guest with addresses of its own, not started. An existing id is never written over. What is given beside
 * the archive replaces what stands in the backup (API2/Qemu.pm, `override_conf`; API2/LXC.pm takes what is given first), so the guest
 * has its description, and is neither started at boot nor protected from removal, from the moment when it has anything at all.
 */
export function restoreGuest(node: string, kind: GuestKind, vmid: string, archive: string, { storage, description }: { storage: string; description: string }): ProxmoxWrite<unknown> {
  const own = { storage, unique: true, start: false, description, onboot: false, protection: false };
  const params = kind === 'vm' ? { vmid, archive, ...own } : { vmid, ostemplate: archive, restore: true, ...own };
  return write('POST', `/nodes/{node}/${folder(kind)}`, { node }, upid, params);
}

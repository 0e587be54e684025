import { missingPrivileges, neededPrivileges } from '../../platforms/proxmox/privileges.ts';
import { permissions } from '../../platforms/proxmox/requests/access.ts';
import { agentPing } from '../../platforms/proxmox/requests/agent.ts';
import { guestConfig, guestNow, migrationPrecheck } from '../../platforms/proxmox/requests/guests.ts';
import { nodeNow, nodeReplication, nodeServices } from '../../platforms/proxmox/requests/nodes.ts';
import { nodeStorages } from '../../platforms/proxmox/requests/storage.ts';
import type { GuestConfig } from '../../environment/environment.ts';
import type { CallOptions, Prerequisite } from '../hypervisor.ts';
import { allow, within } from '../operation.ts';
import { told } from './context.ts';
import type { ProxmoxContext } from './context.ts';
import { backedUpDisks } from './guest-disks.ts';
import { waysFrom } from './migration-ways.ts';
import { takeSnapshot } from './snapshot.ts';
import { readStorage } from './storage.ts';
import { zfsHealth } from './zfs-health.ts';

const timeoutMs = 90_000;
const nodeTimeoutMs = 10_000;
/** What HA stands on. The watchdog's daemon must run, or a node that is cut off does not stop itself. */
const services = ['corosync', 'pve-cluster', 'pve-ha-crm', 'pve-ha-lrm', 'watchdog-mux'];
const minimumFreeBytes = 2 ** 30;
const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

type Ask = { signal: AbortSignal };

/** A question that may fail: then nobody can tell. */
async function finding(title: string, remedy: string, signal: AbortSignal, ask: () => Promise<{ ok: boolean | null; detail: string }>): Promise<Prerequisite> {
  try {
    return { title, remedy, ...(await ask()) };
  } catch (error) {
    signal.throwIfAborted();
    return { title, ok: null, detail: (error as Error).message, remedy };
  }
}

/** A right is needed only where something is allowed that takes it. */
function isNeeded({ environment: { allow: { faults } }, settings }: ProxmoxContext, privilege: string): boolean {
  switch (privilege) {
    case 'Sys.PowerMgmt': return faults.includes('node-shutdown');
    case 'VM.Backup': case 'Datastore.AllocateSpace': return settings.backup !== undefined;
    case 'SDN.Use': case 'VM.Allocate': case 'VM.Config.Network': case 'VM.Config.Options': case 'VM.GuestAgent.Unrestricted': return faults.includes('backup-restore');
    default: return true;
  }
}

async function rights(context: ProxmoxContext, ask: Ask): Promise<Prerequisite> {
  return finding('the account has the privileges that the rows need', 'Give the role of docs/proxmox.md to the user, and to its token as well when that has privilege separation (the default).', ask.signal, async () => {
    const held = await context.client.read(permissions(), ask);
    const missing = missingPrivileges(held, neededPrivileges(context.major)).filter(({ privilege }) => isNeeded(context, privilege));
    return { ok: missing.length === 0, detail: missing.map(({ path, privilege, why }) => `${privilege} on ${path} is missing (to ${why})`).join('; ') || 'none is missing' };
  });
}

async function ofNode(context: ProxmoxContext, node: string, ask: Ask): Promise<Prerequisite[]> {
  const { client, settings: { backup } } = context;
  const patient = { ...ask, timeoutMs: nodeTimeoutMs };
  return Promise.all([
    finding(`HA and the watchdog run on ${node}`, `Start what does not run on ${node} (systemctl status ${services.join(' ')}).`, ask.signal, async () => {
      const found = await client.read(nodeServices(node), patient);
      // watchdog-mux is in no version's list of services; where it is missing, pve-ha-lrm could not run without it.
      const stopped = services.filter((service) => found.some(({ name, running }) => name === service && !running) || (service !== 'watchdog-mux' && !found.some(({ name }) => name === service)));
      return { ok: stopped.length === 0, detail: stopped.length === 0 ? 'all run' : `${stopped.join(', ')} does not run` };
    }),
    finding(`${node} has room`, `Make room on the root file system of ${node}: /etc/pve becomes read-only when it is full.`, ask.signal, async () => {
      const { rootFreeBytes, memoryFreeBytes } = await client.read(nodeNow(node), patient);
      return { ok: rootFreeBytes >= minimumFreeBytes, detail: `${gib(rootFreeBytes)} free on its root file system, ${gib(memoryFreeBytes)} of memory free` };
    }),
    finding(`ZFS pools of ${node} are whole`, `See "zpool status -x" on ${node}; replace what is broken, and wait until it is resilvered.`, ask.signal, async () => zfsHealth(context, node, patient)),
    ...(backup === undefined ? [] : [finding(`backups can be written on ${node}`, `Let the storage ${backup.storage} take backups and be active on ${node} ("pvesm status"), with room in it.`, ask.signal, async () => {
      const storage = (await client.read(nodeStorages(node), patient)).find(({ name }) => name === backup.storage);
      if (storage === undefined) return { ok: false, detail: `${node} has no storage ${backup.storage}, or the account may not see it` };
      const ok = storage.active && storage.content.includes('backup') && (storage.availableBytes === null || storage.availableBytes >= minimumFreeBytes);
      return { ok, detail: `${backup.storage} (${storage.type}) takes ${storage.content.join(', ')}; ${storage.active ? 'active' : 'NOT active'}; ${storage.availableBytes === null ? 'its room is not told' : `${gib(storage.availableBytes)} free`}` };
    })]),
    finding(`replication from ${node} is current`, `See "pvesr status" on ${node}.`, ask.signal, async () => {
      const jobs = await client.read(nodeReplication(node), patient);
      const bad = jobs.filter(({ failures, error }) => failures > 0 || error !== null);
      return { ok: bad.length === 0, detail: bad.map(({ id, error, failures }) => `${id}: ${error ?? `${failures} failures`}`).join('; ') || `${jobs.length} job(s), none fails` };
    }),
    ...(context.fleet === null ? [] : [finding(`${node} answers over ssh`, `See to nodes[].address of ${node}, ssh.user, the key, and the host key in known_hosts.`, ask.signal, async () => {
      const { code, stdout } = (await context.fleet?.hosts.get(node)?.exec(['id', '-u'], { timeoutMs: nodeTimeoutMs, signal: ask.signal })) ?? { code: 1, stdout: '' };
      const isRoot = code === 0 && stdout.trim() === '0';
      return { ok: isRoot, detail: isRoot ? 'as root' : 'it lets us in, and not as root' };
    })]),
  ]);
}

async function ofGuest(context: ProxmoxContext, { name, id, kind }: GuestConfig, node: string, ask: Ask): Promise<Prerequisite[]> {
  const { client, environment: { nodes } } = context;
  const config = client.read(guestConfig(node, kind, id, { current: true }), ask);
  config.catch(() => undefined);
  const replicated = async (): Promise<boolean> => (await client.read(nodeReplication(node), ask)).some(({ guest }) => guest === id);
  const found = [
    finding(`disks of ${name} are on storage that other nodes have`, `Put the disks of ${name} on shared storage, or replicate them; eject images from its CD drive.`, ask.signal, async () => {
      const storages = await client.read(nodeStorages(node), ask);
      const local = backedUpDisks(await config).filter(({ storage }) => storages.find((each) => each.name === storage)?.shared !== true);
      if (local.length === 0) return { ok: true, detail: 'all on shared storage' };
      const copies = await replicated();
      return { ok: copies, detail: `${local.map(({ key, volume }) => `${key}: ${volume}`).join(', ')} is local, and ${copies ? 'replicated' : 'not replicated'}` };
    }),
    ...(kind === 'vm' ? [
      finding(`${name} may be migrated live`, `Take devices and local disks of ${node} away from ${name}.`, ask.signal, async () => {
        return waysFrom(await client.read(migrationPrecheck(node, id), ask), nodes.map((each) => each.name).filter((each) => each !== node));
      }),
      finding(`the agent in ${name} answers`, `Install qemu-guest-agent in ${name}, switch it on in its options, and stop and start it once.`, ask.signal, async () => {
        if (!(await client.read(guestNow(node, kind, id), ask)).agentConfigured) return { ok: false, detail: 'its options do not have the agent' };
        await client.read(agentPing(node, id), ask);
        return { ok: true, detail: 'it answers' };
      }),
    ] : []),
  ];
  return Promise.all(found);
}

/** Whether every storage with disks that may be taken out still serves without one of them. */
async function roomToLose(context: ProxmoxContext, signal: AbortSignal): Promise<Prerequisite[]> {
  const storage = await readStorage(context, { signal });
  return (storage?.storage ?? []).map(({ name, copies, ofNode }): Prerequisite => ({
    title: `${name} bears the loss of a disk`,
    ok: copies.wanted - copies.minimum >= 1,
    detail: ofNode === undefined ? `size ${copies.wanted}, min_size ${copies.minimum}` : `it bears the loss of ${copies.wanted - copies.minimum}`,
    remedy: ofNode === undefined ? 'Give every pool a min_size below its size ("ceph osd pool set POOL min_size"), or the loss of one disk stops its I/O.' : `Let every group of the pool be a mirror or a raidz ("zpool attach" makes a mirror of a disk by itself), or take its disks from nodes[].disks of ${ofNode}.`,
  }));
}

/** Everything that a cluster of Proxmox VE must have for what its rows ask of it. */
export async function readPrerequisites(context: ProxmoxContext, options?: CallOptions): Promise<Prerequisite[]> {
  const { environment } = context;
  return within(allow(options, timeoutMs, 'prerequisites', environment.name), async (signal) => told((async () => {
    const ask = { signal };
    const { nodes, guests } = await takeSnapshot(context, 'membership', ask);
    const places = environment.guests.map((guest) => ({ guest, node: guests.find(({ name }) => name === guest.name)?.runningOn[0] ?? null }));
    const found = await Promise.all([
      rights(context, ask).then((one) => [one]),
      ...nodes.map(({ name }) => ofNode(context, name, ask)),
      ...places.map(({ guest, node }) => (node === null ? Promise.resolve([]) : ofGuest(context, guest, node, ask))),
      roomToLose(context, signal),
    ]);
    return found.flat();
  })(), 'prerequisites', environment.name, 'Nobody can tell whether the ground is right.'));
}

import { backupOf } from '../../platforms/proxmox/backup-evidence.ts';
import { followTask } from '../../platforms/proxmox/follow-task.ts';
import { guestConfig, guestNow } from '../../platforms/proxmox/requests/guests.ts';
import { listBackups, nodeStorages, startBackup } from '../../platforms/proxmox/requests/storage.ts';
import type { NodeStorage } from '../../platforms/proxmox/requests/storage.ts';
import { startTask } from '../../platforms/proxmox/start-task.ts';
import { AdapterError } from '../adapter-error.ts';
import type { BackupOutcome, CallOptions, Operation } from '../hypervisor.ts';
import { allow, begin, within } from '../operation.ts';
import type { OperationLog } from '../operation.ts';
import { backupNotes } from './backup-marks.ts';
import { verifyBackup } from './backup-verification.ts';
import { told } from './context.ts';
import type { ProxmoxContext } from './context.ts';
import { backedUpDisks } from './guest-disks.ts';
import { findGuest, refuse } from './guest-lookup.ts';
import type { FoundGuest } from './guest-lookup.ts';

const phase = 'backup';
const defaultTimeoutMs = 3_600_000;

interface Plan {
  guest: FoundGuest;
  storage: NodeStorage;
  mode: 'snapshot' | 'suspend' | 'stop';
  guestDiskBytes: number;
}

async function plan(context: ProxmoxContext, name: string, signal: AbortSignal): Promise<Plan> {
  const { client, settings: { backup } } = context;
  if (backup === undefined) throw refuse('tool', phase, name, 'The environment file names no storage for backups.', 'Set proxmox.backup.storage.');
  const guest = await findGuest(context, name, phase, signal);
  const { node, config: { kind, id } } = guest;
  const [now, config, storages] = await Promise.all([client.read(guestNow(node, kind, id), { signal }), client.read(guestConfig(node, kind, id, { current: true }), { signal }), client.read(nodeStorages(node), { signal })]);
  const storage = storages.find((each) => each.name === backup.storage);
  if (!now.running) throw refuse('cluster', phase, name, `${name} does not run on ${node}: a backup of it would prove nothing of a running guest.`, 'Start it first.');
  if (now.lock !== null) throw refuse('cluster', phase, name, `${name} is locked (${now.lock}).`, 'Wait for the operation that holds it.');
  if (storage === undefined) throw refuse('tool', phase, name, `${node} has no storage "${backup.storage}", or the account may not see it.`, 'Correct proxmox.backup.storage; the account needs Datastore.AllocateSpace on it.');
  if (!storage.content.includes('backup')) throw refuse('tool', phase, name, `The storage ${backup.storage} takes no backups (it takes ${storage.content.join(', ')}).`, `Run "pvesm set ${backup.storage} --content ${[...storage.content, 'backup'].join(',')}", or name another one.`);
  if (!storage.active) throw refuse('cluster', phase, name, `The storage ${backup.storage} is not active on ${node}.`, 'See "pvesm status" there.');
  const disks = backedUpDisks(config);
  if (disks.length === 0) throw refuse('cluster', phase, name, `${name} has no disk that a backup takes.`, 'Name a guest with a disk.');
  return { guest, storage, mode: backup.mode, guestDiskBytes: disks.reduce((sum, { bytes }) => sum + bytes, 0) };
}

async function carryOut(context: ProxmoxContext, { guest, storage, mode, guestDiskBytes }: Plan, log: OperationLog, signal: AbortSignal, isUnderWay: () => void): Promise<BackupOutcome> {
  const { client, clock } = context;
  const { node, config: { name, id } } = guest;
  const fail = (message: string, blame: 'cluster' | 'unknown' = 'cluster'): AdapterError => new AdapterError({ message, blame, impact: 'There is no archive that can be relied on.', remedy: `See the log of the task, and the free space of ${storage.name}.`, phase, target: name });
  const begunMs = clock.now();
  const started = await startTask(client, startBackup(node, { vmid: id, storage: storage.name, mode, notes: backupNotes }), { clock, node, vmid: id, types: ['vzdump'], signal });
  if (started.outcome === 'unknown') throw fail(started.why, 'unknown');
  const task = started.value;
  log.add(task.text);
  const { end, log: lines } = await followTask(client, task, {
    clock, timeoutMs: defaultTimeoutMs, signal,
    onLog: (so) => {
      log.add(so.at(-1) ?? '');
      // The guest's disks are being read from here on (VZDump/QemuServer.pm, VZDump/LXC.pm).
      if (so.some((line) => /started backup task|creating Proxmox Backup Server archive|creating vzdump archive/.test(line))) isUnderWay();
    },
  });
  for (const line of lines) log.add(line);
  if (end.state === 'unknown') throw fail(end.why, 'unknown');
  if (end.state === 'failed') throw fail(`${task.text}: ${end.status}.`);
  // The task's word alone is no archive.
  const archive = backupOf(task, await client.read(listBackups(node, storage.name, id), { signal }));
  const base = { node, status: end.status, warnings: end.warnings, guestDiskBytes };
  if (archive === null) return { ...base, archive: `none on ${storage.name}`, bytes: 0, listed: false, verified: false, verification: `${storage.name} lists no archive of ${name} since the task began`, durationMs: clock.now() - begunMs };
  const verification = await verifyBackup(context, { node, guest: guest.config, storage, archive }, log, signal);
  return { ...base, archive: archive.volume, bytes: archive.bytes, listed: true, ...verification, durationMs: clock.now() - begunMs };
}

/** Backs a running guest up by vzdump on the node that has it now: any other node would answer OK and make nothing. Verified before it is called done. */
export async function backUp(context: ProxmoxContext, name: string, options?: CallOptions): Promise<Operation<BackupOutcome>> {
  const allowance = allow(options, defaultTimeoutMs, phase, name);
  const planned = await within(allowance, (signal) => told(plan(context, name, signal), phase, name, 'Nothing was done.'));
  return begin(`vzdump ${planned.guest.config.id} on ${planned.guest.node} to ${planned.storage.name}`, allowance, (log, signal, isUnderWay) => told(carryOut(context, planned, log, signal, isUnderWay), phase, name, 'A backup may be under way.'));
}

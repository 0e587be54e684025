import { followTask } from '../../platforms/proxmox/follow-task.ts';
import type { ProxmoxWrite } from '../../platforms/proxmox/request.ts';
import { changeGuest, guestConfig, guestNow, restoreGuest, setGuestConfig } from '../../platforms/proxmox/requests/guests.ts';
import { listedGuestsOfCluster } from '../../platforms/proxmox/requests/cluster.ts';
import { startTask } from '../../platforms/proxmox/start-task.ts';
import { AdapterError } from '../adapter-error.ts';
import type { BackupOutcome, CallOptions, Operation } from '../hypervisor.ts';
import type { RestoreOutcome } from '../outcomes.ts';
import { allow, begin } from '../operation.ts';
import type { OperationLog } from '../operation.ts';
import { told } from './context.ts';
import type { ProxmoxContext } from './context.ts';
import { backedUpDisks } from './guest-disks.ts';
import { findGuest, refuse } from './guest-lookup.ts';
import { isCutOff, obstacle, scratchDescription, scratchIdOf, scratchOptions } from './scratch-guest.ts';

const phase = 'restore';
const defaultTimeoutMs = 3_600_000;

const failed = (name: string, message: string, blame: 'cluster' | 'unknown' = 'cluster'): AdapterError =>
  new AdapterError({ message: `The backup of ${name} could not be restored: ${message}`, blame, impact: 'It is not proven to be worth anything.', remedy: 'See the log of the task.', phase, target: name });

interface Step {
  name: string;
  node: string;
  vmid: string;
  types: readonly string[];
  log: OperationLog;
  signal: AbortSignal;
}

/** Starts a task and follows it to its end. @throws AdapterError unless it ends well */
async function carry({ client, clock }: ProxmoxContext, request: ProxmoxWrite<unknown>, { name, node, vmid, types, log, signal }: Step): Promise<void> {
  const started = await startTask(client, request, { clock, node, vmid, types, signal });
  if (started.outcome === 'unknown') throw failed(name, started.why, 'unknown');
  log.add(started.value.text);
  const { end, log: lines } = await followTask(client, started.value, { clock, timeoutMs: defaultTimeoutMs, signal, onLog: (so) => log.add(so.at(-1) ?? '') });
  for (const line of lines) log.add(line);
  if (end.state === 'unknown') throw failed(name, end.why, 'unknown');
  if (end.state === 'failed') throw failed(name, `${started.value.text}: ${end.status}.`);
}

async function work(context: ProxmoxContext, name: string, backup: BackupOutcome, log: OperationLog, signal: AbortSignal): Promise<RestoreOutcome> {
  const { client, clock, settings } = context;
  const { node, archive } = backup;
  const begunMs = clock.now();
  const { node: home, config: { kind, id }, view: { endpoint } } = await findGuest(context, name, phase, signal);
  const original = await client.read(guestConfig(home, kind, id, { current: true }), { signal });
  const stands = obstacle(name, original, client.user);
  if (stands !== null) throw refuse('tool', phase, name, `${stands.why}.`, `${stands.remedy}.`);
  const scratch = scratchIdOf(id);
  if ((await client.read(listedGuestsOfCluster(), { signal, endpoint })).some((guest) => guest.id === scratch)) throw refuse('cluster', phase, name, `There is a guest ${scratch} already, the id of a scratch guest of ${name}.`, 'Run "restore", which removes what an earlier run left; a guest of your own with this id must get another one.');
  const storage = settings.restore?.storage ?? backedUpDisks(original)[0]?.storage;
  if (storage === undefined) throw refuse('tool', phase, name, `It cannot be told to which storage ${name} should be restored.`, 'Set proxmox.restore.storage.');
  const step = { name, node, vmid: scratch, log, signal };
  await carry(context, restoreGuest(node, kind, scratch, archive, { storage, description: scratchDescription(name) }), { ...step, types: kind === 'vm' ? ['qmrestore'] : ['vzrestore', 'vzcreate'] });
  const restored = await client.read(guestConfig(node, kind, scratch), { signal });
  const { set, remove } = scratchOptions(kind, restored, name);
  await client.write(setGuestConfig(node, kind, scratch, { ...set, ...(remove.length === 0 ? {} : { delete: remove.join(',') }) }), { signal });
  // Read back, and not taken from an answer: a copy with a cable would answer for the original.
  const config = await client.read(guestConfig(node, kind, scratch), { signal });
  if (!isCutOff(config)) throw failed(name, `the network of the scratch guest ${scratch} could not be cut off, so it was not started.`);
  log.add(`${scratch} is cut off from every network`);
  await carry(context, changeGuest(node, kind, scratch, 'start'), { ...step, types: kind === 'vm' ? ['qmstart'] : ['vzstart'] });
  const { running } = await client.read(guestNow(node, kind, scratch), { signal });
  if (!running) throw failed(name, `the scratch guest ${scratch} was started and does not run.`);
  const sizes = (of: Readonly<Record<string, string>>): string => backedUpDisks(of).map(({ key, bytes }) => `${key} ${bytes}`).join(', ');
  const sameDisks = sizes(config) === sizes(original);
  return {
    scratch: `${scratch} (${config['name'] ?? config['hostname'] ?? 'without a name'})`,
    node,
    isolation: kind === 'vm' ? 'network interfaces whose cables are pulled (link_down=1)' : 'no network interface at all',
    // Its disks are compared by the guest itself, when it shows what it finds on them.
    identical: sameDisks ? null : false,
    comparison: sameDisks ? `the same disks as the original has (${sizes(config)}); the platform cannot compare what is on them` : `other disks than the original's: ${sizes(config) || 'none'} instead of ${sizes(original)}`,
    durationMs: clock.now() - begunMs,
  };
}

/** Restores a backup of ours as a guest of its own, on the node that made it: new addresses, no network, no HA, not started at boot. */
export async function restoreBackup(context: ProxmoxContext, name: string, backup: BackupOutcome, options?: CallOptions): Promise<Operation<RestoreOutcome>> {
  return begin(`restore of ${backup.archive}`, allow(options, defaultTimeoutMs, phase, name), (log, signal) => told(work(context, name, backup, log, signal), phase, name, 'A scratch guest may be there.'));
}

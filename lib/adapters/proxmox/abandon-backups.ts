import { readTaskLog } from '../../platforms/proxmox/follow-task.ts';
import { guestNow } from '../../platforms/proxmox/requests/guests.ts';
import { listBackups, nodeStorages, removeVolume } from '../../platforms/proxmox/requests/storage.ts';
import { clusterTasks, stopTask } from '../../platforms/proxmox/requests/tasks.ts';
import { parseUpid } from '../../platforms/proxmox/upid.ts';
import { AdapterError } from '../adapter-error.ts';
import type { CallOptions } from '../hypervisor.ts';
import { allow, within } from '../operation.ts';
import { isOurJob, isOurs } from './backup-marks.ts';
import { told } from './context.ts';
import type { ProxmoxContext } from './context.ts';
import { findGuest } from './guest-lookup.ts';

const timeoutMs = 180_000;
const pollMs = 1000;
const phase = 'abandon backups';

/** Ends a job of ours that runs on the guest, wherever it does. Those of others are left alone. */
async function endJobs({ client, clock }: ProxmoxContext, id: string, endpoint: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const running = (await client.read(clusterTasks(), { signal, endpoint })).filter((task) => task.type === 'vzdump' && task.id === id && task.endTime === null);
    let found = false;
    for (const { upid: text } of running) {
      const upid = parseUpid(text);
      if (upid === null || !isOurJob(await readTaskLog(client, upid, 0, signal))) continue;
      found = true;
      await client.write(stopTask(upid.node, upid.text), { signal });
    }
    if (!found) return;
    await clock.sleep(pollMs, signal);
  }
}

/** Removes the archives of ours that the nodes see. A storage that only its node sees is asked of every node. */
async function removeArchives({ client, clock }: ProxmoxContext, nodes: readonly string[], storage: string, id: string, signal: AbortSignal): Promise<void> {
  for (const node of nodes) {
    if (!(await client.read(nodeStorages(node), { signal })).some(({ name }) => name === storage)) continue;
    for (;;) {
      const left = (await client.read(listBackups(node, storage, id), { signal })).filter((backup) => backup.vmid === id && isOurs(backup));
      if (left.length === 0) break;
      for (const { volume } of left) await client.write(removeVolume(node, storage, volume), { signal });
      await clock.sleep(pollMs, signal);
    }
  }
}

/**
 * Ends a backup of ours that runs on the guest, and removes every archive that bears our note; reads back that none is left and that
 * the guest is free. What others backed up is not touched. Idempotent.
 */
export async function abandonBackups(context: ProxmoxContext, name: string, options?: CallOptions): Promise<void> {
  const { client, clock, settings: { backup } } = context;
  if (backup === undefined) return; // without a storage no backup of ours was ever begun
  const fail = (message: string, remedy: string): AdapterError => new AdapterError({ message, blame: 'cluster', impact: 'Something of a backup of ours may be left.', remedy, phase, target: name });
  await within(allow(options, timeoutMs, phase, name), async (signal) => told((async () => {
    const { config: { id }, view: { membership, endpoint } } = await findGuest(context, name, phase, signal);
    await endJobs(context, id, endpoint, signal);
    const nodes = membership.nodes.filter(({ online }) => online).map((node) => node.name);
    await removeArchives(context, nodes, backup.storage, id, signal);
    const shared = (await client.read(nodeStorages(endpoint), { signal })).find((storage) => storage.name === backup.storage)?.shared;
    const away = membership.nodes.filter(({ online }) => !online).map((node) => node.name);
    if (shared !== true && away.length > 0) throw fail(`${backup.storage} is on each node by itself, and ${away.join(', ')} cannot be asked for archives of ${name}.`, `Bring ${away.join(', ')} back, then try again.`);
    // The job frees the guest when it is stopped; one whose node died is freed by HA when it recovers the guest.
    for (const until = clock.now() + timeoutMs / 3; ; await clock.sleep(pollMs, signal)) {
      const { node, config } = await findGuest(context, name, phase, signal);
      const jobs = (await client.read(clusterTasks(), { signal, endpoint })).some((task) => task.type === 'vzdump' && task.id === id && task.endTime === null);
      const { lock } = await client.read(guestNow(node, config.kind, id), { signal });
      if (lock !== 'backup' || jobs) return; // a job that still runs is somebody else's
      if (clock.now() >= until) throw fail(`${name} is still locked (backup) on ${node}, and no backup runs.`, `Run "${config.kind === 'vm' ? 'qm' : 'pct'} unlock ${id}" on ${node}.`);
    }
  })(), phase, name, 'Something of a backup of ours may be left.'));
}

import { followTask } from '../../platforms/proxmox/follow-task.ts';
import type { TaskEnd } from '../../platforms/proxmox/follow-task.ts';
import { ProxmoxError } from '../../platforms/proxmox/proxmox-error.ts';
import { listedGuestsOfCluster } from '../../platforms/proxmox/requests/cluster.ts';
import { changeGuest, guestConfig, guestNow, removeGuest } from '../../platforms/proxmox/requests/guests.ts';
import { listDisks } from '../../platforms/proxmox/requests/storage.ts';
import { clusterTasks } from '../../platforms/proxmox/requests/tasks.ts';
import { parseUpid } from '../../platforms/proxmox/upid.ts';
import { AdapterError } from '../adapter-error.ts';
import type { CallOptions } from '../hypervisor.ts';
import { allow, within } from '../operation.ts';
import { told } from './context.ts';
import type { ProxmoxContext } from './context.ts';
import { backedUpDisks } from './guest-disks.ts';
import { findGuest } from './guest-lookup.ts';
import { isHalfMade } from './half-made.ts';
import { isScratch, scratchIdOf } from './scratch-guest.ts';

/** A restoration that was begun is let come to its end: one that is stopped leaves a guest that is locked and half made. */
const timeoutMs = 1_800_000;
const pollMs = 2000;
const phase = 'remove scratch guest';
/** A removal that fails so often will not succeed by itself: a task that was killed leaves a lock that nobody takes away. */
const removalTries = 5;

/**
 * Stops a scratch guest of ours and removes it with its disks, then reads back that nothing is left. Ours is what bears our mark, and
 * what a restoration of ours left half made; another guest with the scratch id is left alone, and said so. Idempotent.
 */
export async function removeScratch(context: ProxmoxContext, name: string, options?: CallOptions): Promise<void> {
  const { client, clock, settings } = context;
  if (settings.backup === undefined) return; // without a storage for backups none was ever restored
  const fail = (message: string, remedy: string): AdapterError => new AdapterError({ message, blame: 'cluster', impact: 'A scratch guest or its disks may be left.', remedy, phase, target: name });
  await within(allow(options, timeoutMs, phase, name), async (signal) => told((async () => {
    const original = await findGuest(context, name, phase, signal);
    const { config: { id, kind }, view: { endpoint } } = original;
    const scratch = scratchIdOf(id);
    const follow = async (answer: unknown): Promise<TaskEnd | null> => {
      const upid = parseUpid(answer);
      return upid === null ? null : (await followTask(client, upid, { clock, timeoutMs, signal })).end;
    };
    let refusals = 0;
    const originals = await client.read(guestConfig(original.node, kind, id, { current: true }), { signal });
    let storages = new Set([...(settings.restore?.storage === undefined ? [] : [settings.restore.storage]), ...backedUpDisks(originals).map(({ storage }) => storage)]);
    let lastNode = original.node;
    for (;; await clock.sleep(pollMs, signal)) {
      const running = (await client.read(clusterTasks(), { signal, endpoint })).filter((task) => task.id === scratch && task.endTime === null);
      for (const { upid } of running) await follow(upid);
      const row = (await client.read(listedGuestsOfCluster(), { signal, endpoint })).find((guest) => guest.id === scratch);
      if (row === undefined) break;
      lastNode = row.node;
      try {
        const config = await client.read(guestConfig(row.node, row.kind, scratch), { signal });
        const isOurs = isScratch(config) || (await isHalfMade(context, { node: row.node, vmid: scratch, config, original: originals }, signal));
        if (!isOurs) throw fail(`There is a guest ${scratch} on ${row.node}, which is not known to be a scratch guest of ${name}, so it was not touched.`, 'Look at it. If a restoration left it half made, remove it yourself; a guest of your own with this id must get another one.');
        storages = new Set([...storages, ...backedUpDisks(config).map(({ storage }) => storage)]);
        if ((await client.read(guestNow(row.node, row.kind, scratch), { signal })).running) {
          const stopped = await client.write(changeGuest(row.node, row.kind, scratch, 'stop'), { signal });
          if (stopped.outcome === 'done') await follow(stopped.value);
          continue;
        }
        const removed = await client.write(removeGuest(row.node, row.kind, scratch), { signal });
        const end = removed.outcome === 'done' ? await follow(removed.value) : null;
        if (end?.state !== 'failed') continue;
        refusals += 1;
        if (refusals >= removalTries) throw fail(`The scratch guest ${scratch} on ${row.node} could not be removed: ${end.status}.`, `${config['lock'] === undefined ? `See the tasks of ${scratch} on ${row.node}` : `No task holds its lock (${config['lock']}) any more: run "${row.kind === 'vm' ? 'qm' : 'pct'} unlock ${scratch}" on ${row.node}`}, then run "restore" again.`);
      } catch (error) {
        // The list is a few seconds old: the guest is gone already.
        if (!(error instanceof ProxmoxError) || error.kind !== 'guest-not-here') throw error;
      }
    }
    for (const storage of storages) {
      const left = await client.read(listDisks(lastNode, storage, scratch), { signal });
      if (left.length > 0) throw fail(`The scratch guest ${scratch} is removed, and its disks are still on ${storage}: ${left.join(', ')}.`, `Run "pvesm free" with each of them on ${lastNode}.`);
    }
  })(), phase, name, 'A scratch guest or its disks may be left.'));
}

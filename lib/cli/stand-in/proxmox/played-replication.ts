import type { World } from '../../../platforms/proxmox/testing/model/world.ts';
import type { ProxmoxOrders } from './orders.ts';

/** How often a job is synchronised, s: the schedule of every quarter of an hour, which jobs have unless another is given. */
const everyS = 15 * 60;

/**
 * Gives guests of the model a replication job each, whose figures are of the clock that the nodes show. Jobs and figures are invented
 * in the documented shape.
 *
 * @returns synchronises what is due, s since 1970
 */
export function playReplication(world: World, replicated: ProxmoxOrders['replicated']): (nowS: number) => void {
  for (const { id, target } of replicated) world.replications.push({ id: `${id}-0`, guest: id, source: world.guests.get(id)?.node ?? '', target, last_sync: 0, next_sync: 0, fail_count: 0 });
  return (nowS) => {
    for (const job of world.replications) {
      if (nowS < job.next_sync) continue;
      Object.assign(job, { last_sync: Math.floor(nowS), next_sync: Math.floor(nowS) + everyS });
      for (const { id, target, volume } of replicated) if (id === job.guest) world.replicatedVolumes.add(`${target} ${volume}`);
    }
  };
}

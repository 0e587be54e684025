import type { ModelOptions } from '../../../platforms/proxmox/testing/model/model-cluster.ts';
import { isUp, nodeOf } from '../../../platforms/proxmox/testing/model/world.ts';

/** How long the second instance runs, s of the cluster. */
const runsForS = 90;

/**
 * A mutant: a node that lost its power while a guest was migrated to it runs that guest as well once it is back, for a while. Invented; no
 * cluster was seen to do so.
 */
export function runsTwice(): NonNullable<ModelOptions['answer']> {
  /** By the node that was lost: its guest, and since when it is back. */
  const lost = new Map<string, { vmid: string; backS: number | null }>();
  return ({ call, node }, world) => {
    for (const { type, endS, log, id } of world.tasks) {
      const target = type === 'qmigrate' && endS === null ? /to node '([^']+)'/.exec(log[0] ?? '')?.[1] : undefined;
      if (target !== undefined && nodeOf(world, target).power !== 'on' && !lost.has(target)) lost.set(target, { vmid: id, backS: null });
    }
    const second = lost.get(node);
    if (call !== 'GET /nodes/{node}/qemu' || second === undefined || !isUp(world, nodeOf(world, node))) return null;
    second.backS ??= world.nowS;
    return world.nowS - second.backS < runsForS ? { data: [{ vmid: Number(second.vmid), status: 'running', uptime: Math.floor(world.nowS - second.backS), pid: 4711 }] } : null;
  };
}

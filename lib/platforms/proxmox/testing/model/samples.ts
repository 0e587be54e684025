import { timings } from './timings.ts';
import { isUp, takesPart } from './world.ts';
import type { GuestModel, World } from './world.ts';

/** What `/cluster/resources` says of a guest: the last that any node broadcast of it, even when that node is dead. */
export function cachedStatus(world: World, { vmid }: GuestModel): { status: string; uptime: number } {
  const sample = world.samples.get(vmid);
  return sample === undefined || world.nowS - sample.atS > timings.remembered ? { status: 'unknown', uptime: 0 } : sample;
}

/** Uptime of a guest's process, whole seconds. */
export const uptimeOf = (world: World, { process }: GuestModel): number => (process === null ? 0 : Math.floor(world.nowS - process.startedS));

/** Every node tells the others what it runs, each ten seconds. */
export function stepSamples(world: World): void {
  if (Math.floor(world.nowS) % timings.broadcast !== 0) return;
  for (const guest of world.guests.values()) {
    const node = world.nodes.get(guest.node);
    if (node === undefined || !takesPart(world, node) || !isUp(world, node)) continue;
    world.samples.set(guest.vmid, { atS: world.nowS, status: guest.process?.node === guest.node ? 'running' : 'stopped', uptime: uptimeOf(world, guest) });
  }
}

import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { isServing } from '../../../platforms/proxmox/testing/model/ceph.ts';
import { nodeOf } from '../../../platforms/proxmox/testing/model/world.ts';
import type { GuestModel, World } from '../../../platforms/proxmox/testing/model/world.ts';
import type { FarAddresses } from './far-addresses.ts';
import { guestRing } from './guest-ring.ts';
import type { ProxmoxOrders } from './orders.ts';

/** How long a guest is silent when it changes its node while it runs, ms. */
const blackoutMs = 100;

/** The guests as their users meet them: an address while they run, and a page that tells of their writes. */
export interface PlayedGuests {
  /** Brings them to what the model says of them. */
  show(world: World): Promise<void>;
  /** What a program prints that asks a guest's own page; of a restored one, from what its backup holds. */
  ownPage(guest: GuestModel): string;
}

export function playGuests(orders: ProxmoxOrders['guests'], network: FarAddresses): PlayedGuests {
  const guests = orders.map((guest) => {
    const ring = guestRing(guest.name);
    createServer((_, response) => {
      const status = ring.status(performance.now());
      if (status === null) response.destroy();
      else response.end(JSON.stringify(status));
    }).listen(80, guest.address);
    return { ...guest, ring, place: null as string | null };
  });
  /** By archive: the write that it holds as its last. */
  const kept = new Map<string, number>();
  return {
    async show(world) {
      for (const { volid, vmid } of world.backups.values()) {
        const written = guests.find(({ id }) => id === vmid)?.ring.status(performance.now())?.ack;
        if (!kept.has(volid) && written !== undefined) kept.set(volid, written);
      }
      for (const guest of guests) {
        const process = world.guests.get(guest.id)?.process ?? null;
        const before = guest.place;
        // As if their disks lay on the pool: what it does not serve hangs, and nobody is told of an error (ceph-minsize-*).
        guest.ring.follow(process?.boot ?? null, performance.now(), !isServing(world));
        guest.place = process?.node ?? null;
        if (before !== null && guest.place !== null && before !== guest.place) {
          await network.set(guest.address, false);
          await sleep(blackoutMs);
        }
        await network.set(guest.address, guest.place !== null && nodeOf(world, guest.place).linked);
      }
    },
    ownPage({ config, process }) {
      const recovered = [...kept.values()].at(-1) ?? 0;
      return JSON.stringify({ guest: config['name'] ?? '', boot: process?.boot ?? '', ack: recovered, recovered, errors: 0, state: 'writing' });
    },
  };
}

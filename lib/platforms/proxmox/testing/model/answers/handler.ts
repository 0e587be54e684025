import type { StandInAnswer, StandInRequest } from '../../stand-in.ts';
import { quorate } from '../world.ts';
import type { GuestModel, World } from '../world.ts';

export type Handler = (world: World, request: StandInRequest) => StandInAnswer;

/** A refusal in the platform's words, with the status that it has for almost everything. */
export const refuse = (reason: string, status = 500): StandInAnswer => ({ status, reason });

/** What needs /etc/pve to be writable says so without quorum (noquorum-*). */
export const writing = (handler: Handler): Handler => (world, request) => (quorate(world) ? handler(world, request) : refuse('cluster not ready - no quorum?'));

/** The guest of a request where its node has its configuration; else what the node says (vm100-after-migrate-oldnode). */
export function withGuest(kind: GuestModel['kind'], then: (world: World, guest: GuestModel, request: StandInRequest) => StandInAnswer): Handler {
  return (world, request) => {
    const vmid = request.values['vmid'] ?? '';
    const guest = world.guests.get(vmid);
    if (guest === undefined || guest.kind !== kind || guest.node !== request.node) return refuse(`Configuration file 'nodes/${request.node}/${kind === 'vm' ? 'qemu-server' : 'lxc'}/${vmid}.conf' does not exist`);
    return then(world, guest, request);
  };
}

/** Wall clock of the model, s since 1970. */
export const clockOf = (world: World): number => Math.floor(world.epochS + world.nowS);

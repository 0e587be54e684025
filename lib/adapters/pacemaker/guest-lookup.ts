import { learnGuests, readConfiguration } from './reading.ts';
import { toolError, type PacemakerContext } from './context.ts';
import type { GuestName } from './guest-names.ts';
import type { CallOptions } from '../hypervisor.ts';

/** A guest of the environment file with its domain. */
export function guestNamed(context: PacemakerContext, name: string, phase: string): GuestName {
  const guest = context.guests.byName(name);
  if (guest === null) throw toolError(`The environment file lists no guest "${name}".`, 'Nothing was done.', `Its guests are ${context.environment.guests.map((candidate) => candidate.name).join(', ')}.`, phase, name);
  return guest;
}

/** A guest that Pacemaker manages. A resource that was made since we connected is found too. */
export async function managedGuest(context: PacemakerContext, name: string, phase: string, options?: CallOptions): Promise<GuestName & { resource: string }> {
  let guest = guestNamed(context, name, phase);
  if (guest.resource === null) {
    await learnGuests(context, await readConfiguration(context, options), options);
    guest = guestNamed(context, name, phase);
  }
  const { resource } = guest;
  if (resource === null) throw toolError(`Pacemaker has no VirtualDomain resource for guest "${name}".`, 'Nothing was done.', `Set guests[].id of ${name} to the id of its resource, or put the domain under Pacemaker.`, phase, name);
  return { ...guest, resource };
}

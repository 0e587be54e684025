import type { Snapshot } from '../adapters/hypervisor.ts';
import type { GuestConfig } from '../environment/environment.ts';
import { Blocked } from './outcome.ts';

/** The scenario's guest. Throws for a row that has none. */
export function guestOf(guest: GuestConfig | null): GuestConfig {
  if (guest === null) throw new Error('This row is about a guest and was started without one. Give its definition per: "guest".');
  return guest;
}

/** The one node on which the hypervisor itself says that the guest runs. Throws Blocked when it is not one. */
export function hostOf(snapshot: Snapshot, guest: GuestConfig): string {
  const nodes = snapshot.guests.find((candidate) => candidate.name === guest.name)?.runningOn ?? [];
  const [node] = nodes;
  if (node === undefined || nodes.length > 1) throw new Blocked(`Guest ${guest.name} runs on ${nodes.length === 0 ? 'no node' : nodes.join(' and ')}; it must run on exactly one.`);
  return node;
}

/** Role of a node at this moment. */
export function roleOf(snapshot: Snapshot, node: string): string | null {
  return snapshot.nodes.find((candidate) => candidate.name === node)?.role ?? null;
}

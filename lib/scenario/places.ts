import type { Snapshot } from '../adapters/hypervisor.ts';
import type { GuestConfig } from '../environment/environment.ts';
import { Blocked, Inconclusive } from './outcome.ts';
import type { Scenario } from './scenario.ts';

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

/** Makes sure, right before a fault, that a node still has the role that the scenario is about: roles move by themselves. Throws Inconclusive. */
export async function requireRole({ hypervisor, signal }: Pick<Scenario, 'hypervisor' | 'signal'>, node: string, role: string): Promise<void> {
  const now = roleOf(await hypervisor.snapshot('membership', { signal }), node);
  if (now !== role) throw new Inconclusive(`${node} was to be the ${role} and is ${now ?? 'no member'} now: the role moved meanwhile, so nothing was injected. Run it again.`);
}

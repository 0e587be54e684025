import type { Snapshot } from '../adapters/hypervisor.ts';
import type { Environment, GuestConfig } from '../environment/environment.ts';
import { placementUndo } from '../faults/placement.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import { movePermission } from './closed-ways.ts';
import type { ClosedWays } from './closed-ways.ts';
import { Blocked } from './outcome.ts';
import { hostOf, roleOf } from './places.ts';
import type { Scenario } from './scenario.ts';

const migrationTimeoutMs = 180_000;

/** Moves a guest as its kind allows. Resolves when it runs there. */
async function move({ hypervisor, signal }: Scenario, { name, kind }: GuestConfig, node: string): Promise<void> {
  const options = { signal, timeoutMs: deadlineMs(migrationTimeoutMs) };
  if (kind === 'vm') return void (await (await hypervisor.liveMigrate(name, node, options)).done);
  if (hypervisor.migrateContainer === undefined) throw new Blocked(`${name} is a container, and this platform cannot move it to ${node}.`);
  await (await hypervisor.migrateContainer(name, node, options)).done;
}

/**
 * Brings a running guest onto a node, and takes back what the move left in the configuration. It may be there already. Behind a move
 * stands the steady-state gate: what follows is a fault, and the window before the move says nothing of the time behind it. Answers whether it was moved.
 */
export async function bringTo(scenario: Scenario, guest: GuestConfig, node: string): Promise<boolean> {
  const from = hostOf(await scenario.hypervisor.snapshot('membership', { signal: scenario.signal }), guest);
  if (from === node) return false;
  const undo = placementUndo(guest);
  await scenario.guard(movePermission(guest), { node: from, role: null, disk: null }, undo);
  await move(scenario, guest, node);
  scenario.mark(`${guest.name} was brought from ${from} to ${node} first`);
  await scenario.mend(undo);
  await scenario.gate();
  return true;
}

/**
 * A node of that role that may be touched: the guest's own where it has the role, so that nothing need be moved. Throws Blocked.
 *
 * @param closed nodes that the guest is not to be brought to
 */
export function nodeOfRole({ allow }: Pick<Environment, 'allow'>, snapshot: Snapshot, home: string, role: string, closed: ClosedWays = new Map()): string {
  if (roleOf(snapshot, home) === role) return home;
  const candidates = snapshot.nodes.filter((node) => node.role === role && node.online && !node.unclean && !node.drained).map(({ name }) => name);
  const allowed = candidates.filter((name) => allow.nodes.includes(name));
  const node = allowed.find((name) => !closed.has(name));
  if (node !== undefined) return node;
  if (allowed.length > 0) throw new Blocked(`The guest cannot be brought to ${role === 'coordinator' ? "the cluster's coordinator" : `a ${role}`}. ${allowed.map((name) => `${name}: ${closed.get(name) ?? ''}`).join(' ')}`);
  throw new Blocked(`No node that may be touched is ${role === 'coordinator' ? "the cluster's coordinator" : `a ${role}`} now (${candidates.join(', ') || 'none'} is). Add it to allow.nodes of the environment file if it may be.`);
}

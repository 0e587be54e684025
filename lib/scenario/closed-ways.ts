import type { Snapshot } from '../adapters/hypervisor.ts';
import type { Environment, GuestConfig } from '../environment/environment.ts';
import { Blocked } from './outcome.ts';
import type { Scenario } from './scenario.ts';

/** Nodes that a guest is not to be moved to, as the platform has it, each with the reason and the remedy in words. */
export type ClosedWays = ReadonlyMap<string, string>;

/** What an environment file must allow for a guest to be moved: a VM while it runs, a container by stopping and starting it. */
export function movePermission({ kind }: Pick<GuestConfig, 'kind'>): 'live-migration' | 'container-migration' {
  return kind === 'vm' ? 'live-migration' : 'container-migration';
}

/** The ways that the platform itself does not bear for a guest, by a full reading. */
export function closedWays({ cautions = [] }: Pick<Snapshot, 'cautions'>, guest: Pick<GuestConfig, 'name' | 'kind'>): ClosedWays {
  const about = cautions.filter(({ faults, guest: whose, to }) => to !== undefined && faults.includes(movePermission(guest)) && (whose === undefined || whose === guest.name));
  const words = Map.groupBy(about, ({ to = '' }) => to);
  return new Map([...words].map(([node, found]) => [node, found.map(({ why, remedy }) => `${why}. ${remedy}.`).join(' ')]));
}

/** Of the nodes that may be touched those that a guest may be moved to, in their order; its own is one of them. Throws Blocked where it is not to be on its own. */
export function openNodes({ nodes, allow }: Pick<Environment, 'nodes' | 'allow'>, home: string, closed: ClosedWays): string[] {
  const why = closed.get(home);
  if (why !== undefined) throw new Blocked(`The guest runs on ${home}, where the platform does not leave it: ${why}`);
  return nodes.map(({ name }) => name).filter((name) => allow.nodes.includes(name) && !closed.has(name));
}

/** What is left out of the ways between the nodes that may be touched, one sentence a node, for `plan` and the record. */
export function leftOut({ nodes, allow }: Pick<Environment, 'nodes' | 'allow'>, closed: ClosedWays): string[] {
  return nodes.flatMap(({ name }) => {
    const why = closed.get(name);
    return why === undefined || !allow.nodes.includes(name) ? [] : [`Left out: ${name}. ${why}`];
  });
}

/**
 * Says in the record what was left out, and looks whether the reasons still stand: a way that has come open meanwhile was not tried, and
 * nobody can tell of it.
 */
export async function judgeLeftOut(scenario: Pick<Scenario, 'expect' | 'mark' | 'hypervisor' | 'environment' | 'signal'>, guest: GuestConfig, before: ClosedWays): Promise<void> {
  const { environment, hypervisor, signal } = scenario;
  const sentences = leftOut(environment, before);
  if (sentences.length === 0) return;
  for (const sentence of sentences) scenario.mark(sentence);
  const now = closedWays(await hypervisor.snapshot('full', { signal }), guest);
  const open = [...before.keys()].filter((node) => environment.allow.nodes.includes(node) && !now.has(node));
  scenario.expect(`${guest.name} was moved wherever the platform's own rules let it be`, open.length === 0 ? true : null, open.length === 0 ? sentences.join(' ') : `nothing speaks against ${open.join(', ')} any more, and ${guest.name} was not there`);
}

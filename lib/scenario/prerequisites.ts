import { checkHands, checkMachines } from '../faults/check-hands.ts';
import { checkParents } from '../faults/check-parents.ts';
import { wholeness } from '../safety/invariants.ts';
import type { Finding } from '../safety/invariants.ts';
import type { Snapshot } from '../adapters/hypervisor.ts';
import type { Scenario } from './scenario.ts';

/** Whether the cluster keeps its quorum when a node is lost: else every failover of this matrix is impossible. Pure. */
export function votesFinding({ votes }: Pick<Snapshot, 'votes'>): Finding {
  const title = 'the votes bear the loss of one node';
  const remedy = 'Add a node, or a device that votes (qdevice, witness), until a majority is left when one is lost.';
  if (votes === null) return { title, ok: null, detail: 'the votes could not be read', remedy };
  const weights = Object.entries(votes.byNode).toSorted(([, one], [, other]) => other - one);
  const [heaviest] = weights;
  if (heaviest === undefined) return { title, ok: null, detail: 'the votes of each node could not be read', remedy };
  const [name, weight] = heaviest;
  const figures = `${votes.expected} votes, ${votes.needed} needed`;
  return { title, ok: votes.expected - Math.max(1, weight) >= votes.needed, detail: weight > 1 ? `${figures}, ${weight} of them cast by ${name}` : figures, remedy };
}

/** The ground that the matrix stands on, each finding with its remedy: what the platform needs, the votes, the clocks, and our own hands. Reads only. */
export async function readGround({ hypervisor, environment, signal, evidence }: Pick<Scenario, 'hypervisor' | 'environment' | 'signal' | 'evidence'>): Promise<Finding[]> {
  // By itself: what is asked at the same time would make the clocks' readings slow, and so inexact.
  const snapshot = await hypervisor.snapshot('full', { signal });
  const [platform, hands, machines, parents] = await Promise.all([hypervisor.prerequisites({ signal }), checkHands(environment, { signal }), checkMachines(environment, { signal }), checkParents(environment, { signal })]);
  const clocks = wholeness(snapshot, environment).filter(({ title }) => title.startsWith('clock of '));
  const unreadClocks = environment.nodes.filter(({ name }) => !clocks.some(({ title }) => title.includes(` ${name} `))).map(({ name }): Finding => ({ title: `clock of ${name} is close`, ok: null, detail: 'it could not be read', remedy: `See that ${name} is on and answers.` }));
  const found = [votesFinding(snapshot), ...platform, ...clocks, ...unreadClocks, ...hands, ...machines, ...parents];
  evidence('The ground, finding by finding', 'prerequisites.json', 'application/json', JSON.stringify(found, null, 2));
  return found;
}

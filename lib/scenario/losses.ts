import type { Snapshot } from '../adapters/hypervisor.ts';
import type { Environment, NodeConfig } from '../environment/environment.ts';
import { diskRemovalFault } from '../faults/disk.ts';
import type { Fault, Override } from '../faults/fault.ts';
import { networkPartitionFault } from '../faults/partition.ts';
import { nodePowerFault } from '../faults/power.ts';
import { Blocked } from './outcome.ts';
import { roleOf } from './places.ts';

const beyondBoth: readonly Override[] = ['beyond-quorum', 'beyond-redundancy'];

/** Allowed nodes with what is needed, those that run guests first: their loss is felt most. */
function candidates(environment: Environment, snapshot: Snapshot, has: (node: NodeConfig) => boolean): NodeConfig[] {
  const runsGuests = (name: string): number => snapshot.guests.filter(({ runningOn }) => runningOn.includes(name)).length;
  return environment.nodes.filter((node) => environment.allow.nodes.includes(node.name) && has(node)).toSorted((one, other) => runsGuests(other.name) - runsGuests(one.name));
}

/**
 * Two disks on two nodes that hold copies of the same data, for which the environment gives hands and that are up: with three copies,
 * what is left of some data is one copy. Throws Blocked when there are not two: what a node has for itself has no other node's disks.
 */
export function twoDisks(environment: Environment, snapshot: Snapshot): Fault[] {
  for (const { disks: known } of snapshot.storage) {
    const isUp = (id: string): boolean => known.some((disk) => disk.id === id && disk.up);
    const found = candidates(environment, snapshot, ({ disks }) => disks.some(({ id }) => isUp(id))).slice(0, 2);
    if (found.length === 2) return found.map(({ name, disks }) => ({ ...diskRemovalFault(environment, name, disks.find(({ id }) => isUp(id))?.id ?? ''), overrides: ['beyond-redundancy'] }));
  }
  throw new Blocked('Two disks on two nodes cannot be taken out: give two nodes that are among allow.nodes a disk with a hand each (nodes[].disks) that one storage of both knows and that is up.');
}

/** Two nodes lose their power. Throws Blocked when there are not two with a hand, or none would be left. */
export function twoNodes(environment: Environment, snapshot: Snapshot): Fault[] {
  const found = candidates(environment, snapshot, ({ power }) => power !== undefined).slice(0, 2);
  if (found.length < 2 || environment.nodes.length < 3) throw new Blocked('Two nodes cannot lose their power: three nodes are needed, two of them among allow.nodes and with a hand on their power (nodes[].power).');
  return found.map(({ name }) => ({ ...nodePowerFault(environment, name, roleOf(snapshot, name)), overrides: beyondBoth }));
}

/** As many nodes cut from the network as it takes to lose quorum, one at least left to be asked. Throws Blocked when that cannot be done. */
export function majorityCut(environment: Environment, snapshot: Snapshot): Fault[] {
  if (snapshot.votes === null) throw new Blocked('The votes could not be read, so it cannot be told how many nodes make the quorum. Make them readable.');
  const { present, needed, byNode } = snapshot.votes;
  const withHands = candidates(environment, snapshot, ({ network, power }) => network !== undefined && power !== undefined);
  const untold = withHands.filter(({ name }) => byNode[name] === undefined).map(({ name }) => name);
  if (untold.length > 0) throw new Blocked(`The cluster does not say how many votes ${untold.join(', ')} has now, so it cannot be told how many nodes make the quorum. Bring every node up, and make the votes of each readable.`);
  const count = withHands.findIndex((_, index) => losesQuorum(snapshot, withHands.slice(0, index + 1).map(({ name }) => name))) + 1;
  if (count === 0 || count >= environment.nodes.length) throw new Blocked(`Quorum cannot be taken away: ${present - needed + 1} of ${present} votes must be cut off with a node left, and the nodes among allow.nodes with hands on their network and their power (nodes[].network, nodes[].power) have ${withHands.map(({ name }) => `${name} ${byNode[name]}`).join(', ') || 'none'}.`);
  return withHands.slice(0, count).map(({ name }) => ({ ...networkPartitionFault(environment, name, roleOf(snapshot, name)), overrides: beyondBoth }));
}

/** Whether quorum goes with these nodes. False when the votes of the cluster, or of one of them, are unknown: nothing is claimed then. */
export function losesQuorum({ votes }: Pick<Snapshot, 'votes'>, nodes: readonly string[]): boolean {
  const gone = nodes.reduce((sum, name) => sum + (votes?.byNode[name] ?? Number.NaN), 0);
  return votes !== null && votes.present - gone < votes.needed;
}

import type { Environment } from '../environment/environment.ts';
import { Blocked } from './outcome.ts';

/** The nodes that a guest is to go through, its own first, then the others that may be touched in their order. Throws Blocked. */
export function stopsFrom({ nodes, allow }: Pick<Environment, 'nodes' | 'allow'>, home: string): string[] {
  if (!allow.nodes.includes(home)) throw new Blocked(`The guest runs on ${home}, which is not among allow.nodes of the environment file. Allow it, or move the guest to a node that is.`);
  return [home, ...nodes.map(({ name }) => name).filter((name) => name !== home && allow.nodes.includes(name))];
}

/** The next stop: where the cluster itself took the guest, if it was not there yet, else the first that is left. */
export function nextStop(left: ReadonlySet<string>, place: string | null): string {
  if (place !== null && left.has(place)) return place;
  const [first] = left;
  if (first === undefined) throw new Error('There is no stop left.');
  return first;
}

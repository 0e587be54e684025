import type { Snapshot } from '../adapters/hypervisor.ts';
import type { Environment } from '../environment/environment.ts';
import { openNodes } from './closed-ways.ts';
import type { ClosedWays } from './closed-ways.ts';
import { Blocked } from './outcome.ts';

/**
 * The nodes that a guest is to go through, its own first, then the others that may be touched in their order. Throws Blocked.
 *
 * @param closed nodes that it is not to be brought to
 */
export function stopsFrom(environment: Pick<Environment, 'nodes' | 'allow'>, home: string, closed: ClosedWays = new Map()): string[] {
  if (!environment.allow.nodes.includes(home)) throw new Blocked(`The guest runs on ${home}, which is not among allow.nodes of the environment file. Allow it, or move the guest to a node that is.`);
  return [home, ...openNodes(environment, home, closed).filter((name) => name !== home)];
}

/** The one node on which a reading shows a guest; null when it shows none or several. */
export function onlyPlace({ guests }: Pick<Snapshot, 'guests'>, guest: string): string | null {
  const [place, ...more] = guests.find(({ name }) => name === guest)?.runningOn ?? [];
  return place !== undefined && more.length === 0 ? place : null;
}

/**
 * Whether a guest was on every node of its tour, as the arguments of an expectation. `seen`: where it was seen at each stop; a stop at which
 * no single place was seen leaves open what it is missed on. Pure.
 */
export function judgeTour(stops: readonly string[], seen: readonly (string | null)[]): [ok: boolean | null, detail: string] {
  const missed = stops.filter((node) => !seen.includes(node));
  const where = seen.map((place) => place ?? '(no single place)').join(', ') || 'nowhere';
  return [missed.length === 0 ? true : seen.includes(null) ? null : false, `seen on ${where}${missed.length === 0 ? '' : `, never on ${missed.join(', ')}`}`];
}

/** The next stop: where the cluster itself took the guest, if it was not there yet, else the first that is left. */
export function nextStop(left: ReadonlySet<string>, place: string | null): string {
  if (place !== null && left.has(place)) return place;
  const [first] = left;
  if (first === undefined) throw new Error('There is no stop left.');
  return first;
}

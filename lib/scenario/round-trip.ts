import type { Environment } from '../environment/environment.ts';
import { leftOut, openNodes } from './closed-ways.ts';
import type { ClosedWays } from './closed-ways.ts';
import { Blocked } from './outcome.ts';

/** A move of a guest. */
export interface Move {
  from: string;
  to: string;
}

/**
 * A round trip that starts and ends at `start` and uses every ordered pair of nodes exactly once: an Eulerian circuit
 * of the complete directed graph (Hierholzer's algorithm). n nodes give n (n - 1) moves.
 */
export function roundTrip(start: string, nodes: readonly string[]): Move[] {
  const unused = new Map(nodes.map((node) => [node, nodes.filter((other) => other !== node)]));
  const path: string[] = [];
  const stack = [start];
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    const next = unused.get(node)?.shift();
    if (next === undefined) path.unshift(stack.pop() ?? node);
    else stack.push(next);
  }
  return path.slice(1).map((to, index) => ({ from: path[index] ?? start, to }));
}

/**
 * The moves of a round trip from `home` over every node that is allowed, and that the platform bears the guest on. Throws Blocked when
 * there are none.
 */
export function roundTripOf(environment: Pick<Environment, 'nodes' | 'allow'>, home: string, closed: ClosedWays = new Map()): Move[] {
  if (!environment.allow.nodes.includes(home)) throw new Blocked(`The guest runs on ${home}, which is not among allow.nodes of the environment file. Allow it, or move the guest to a node that is.`);
  const moves = roundTrip(home, openNodes(environment, home, closed));
  if (moves.length > 0) return moves;
  const why = leftOut(environment, closed);
  throw new Blocked(why.length > 0 ? `There is no node beside ${home} that the platform lets the guest be moved to. ${why.join(' ')}` : `There is no other node than ${home} to move the guest to. Name at least two nodes, both among allow.nodes of the environment file.`);
}

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

import { expect, test } from 'vitest';
import { inventedEnvironment } from '../safety/invented-cluster.ts';
import { Blocked } from './outcome.ts';
import { roundTrip, roundTripOf } from './round-trip.ts';

test.each([2, 3, 4, 7])('%i nodes: every ordered pair once, each move starting where the last one ended, back at the start', (count) => {
  const nodes = Array.from({ length: count }, (_, index) => `n${index + 1}`);
  const start = nodes[1] ?? '';
  const moves = roundTrip(start, nodes);
  expect(new Set(moves.map((move) => `${move.from}>${move.to}`)).size).toBe(count * (count - 1));
  expect(moves).toHaveLength(count * (count - 1));
  expect(moves.every((move, index) => move.from === (moves[index - 1]?.to ?? start) && move.from !== move.to)).toBe(true);
  expect(moves.at(-1)?.to).toBe(start);
});

test('a single node has nowhere to go', () => {
  expect(roundTrip('n1', ['n1'])).toEqual([]);
});

test('a round trip from a node that is not allowed, or without another node, is blocked and not empty', () => {
  const { nodes, allow } = inventedEnvironment();
  expect(roundTripOf({ nodes, allow }, 'n1')).toHaveLength(6);
  expect(() => roundTripOf({ nodes, allow: { ...allow, nodes: ['n2', 'n3'] } }, 'n1')).toThrow(Blocked);
  expect(() => roundTripOf({ nodes, allow: { ...allow, nodes: ['n1'] } }, 'n1')).toThrow(Blocked);
  expect(() => roundTripOf({ nodes: nodes.slice(0, 1), allow }, 'n1')).toThrow(/no other node than n1/);
  expect(roundTripOf({ nodes, allow }, 'n1', new Map([['n2', 'why']]))).toEqual([{ from: 'n1', to: 'n3' }, { from: 'n3', to: 'n1' }]);
});

import { expect, test } from 'vitest';
import type { Hypervisor, Prerequisite } from '../adapters/hypervisor.ts';
import { inventedEnvironment, inventedSnapshot } from '../safety/invented-cluster.ts';
import { readGround, votesFinding } from './prerequisites.ts';

test.each([
  { votes: { expected: 3, present: 3, needed: 2, byNode: { n1: 1, n2: 1, n3: 1 } }, ok: true },
  { votes: { expected: 2, present: 2, needed: 2, byNode: { n1: 1, n2: 1 } }, ok: false },
  { votes: { expected: 4, present: 4, needed: 3, byNode: { n1: 1, n2: 2, n3: 1 } }, ok: false },
  { votes: { expected: 3, present: 3, needed: 2, byNode: {} }, ok: null },
  { votes: null, ok: null },
])('votes $votes bear the loss of one node: $ok', ({ votes, ok }) => {
  expect(votesFinding({ votes }).ok).toBe(ok);
});

test('what the platform says, the votes and every clock are found, and one that could not be read is not passed over', async () => {
  const [first, second, third] = inventedSnapshot().nodes;
  const nodes = [{ ...first, clockOffset: { ms: 9000, errorMs: 2 } }, { ...second, clockOffset: null }, third].filter((node) => node?.name !== undefined) as ReturnType<typeof inventedSnapshot>['nodes'];
  const fencing: Prerequisite = { title: 'fencing is on', ok: false, detail: 'off', remedy: 'switch it on' };
  const hypervisor = { snapshot: async () => inventedSnapshot({ nodes }), prerequisites: async () => [fencing] } as unknown as Hypervisor;
  const kept: string[] = [];
  const found = await readGround({ hypervisor, environment: inventedEnvironment({ allow: { ...inventedEnvironment().allow, faults: [] } }), signal: new AbortController().signal, evidence: (_, name) => kept.push(name) });
  expect(found.map(({ title, ok }) => [title, ok])).toEqual([
    ['the votes bear the loss of one node', true],
    ['fencing is on', false],
    ['clock of n1 is close', false],
    ['clock of n2 is close', null],
    ['clock of n3 is close', true],
  ]);
  expect(kept).toEqual(['prerequisites.json']);
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { NodePlace } from '../faults/node-place.ts';
import { inventedEnvironment } from './invented-cluster.ts';
import { ownMarks, ownPlaceOf } from './own-machine-place.ts';
import type { OwnPlace } from './own-machine-place.ts';

const own = { bootId: 'b0000000-0000-4000-8000-000000000001', uuid: '4c4c4544-0035-4a10-8051-b7c04f4a3333' };
const stranger: NodePlace = { bootId: 'b0000000-0000-4000-8000-00000000000f', guests: ['00000000-0000-4000-8000-000000000000'] };

async function placeAmong(places: Readonly<Record<string, NodePlace | null>>, more: { marks?: typeof own | { bootId: string; uuid: null }; disposable?: boolean } = {}): Promise<OwnPlace> {
  return ownPlaceOf(inventedEnvironment({ disposable: more.disposable ?? false }), new AbortController().signal, { own: more.marks ?? own, read: async (_environment, node) => places[node] ?? null });
}

test('a machine of its own is outside', async () => {
  expect(await placeAmong({ n1: stranger, n2: stranger, n3: stranger })).toEqual({ partOf: [], untold: [] });
});

test('a guest of a node is found by its UUID, in either order of bytes, and a container by the boot of its kernel', async () => {
  expect((await placeAmong({ n1: stranger, n2: { ...stranger, guests: [own.uuid] }, n3: stranger })).partOf).toEqual([`this machine is a guest on node n2 (UUID ${own.uuid})`]);
  expect((await placeAmong({ n1: stranger, n2: { ...stranger, guests: ['44454c4c-3500-104a-8051-b7c04f4a3333'] }, n3: stranger })).partOf).toHaveLength(1);
  expect((await placeAmong({ n1: stranger, n2: stranger, n3: { ...stranger, bootId: own.bootId } })).partOf).toEqual([expect.stringMatching(/kernel of node n3 .*container/)]);
});

test('what could not be told is said, and is no hit', async () => {
  const { partOf, untold } = await placeAmong({ n1: stranger, n2: null, n3: { bootId: null, guests: [] } }, { marks: { bootId: own.bootId, uuid: null } });
  expect(partOf).toEqual([]);
  expect(untold).toEqual([expect.stringContaining('wants root'), expect.stringMatching(/^n2 could not be asked/)]);
});

test('a disposable world shares the kernel of the machine that made it', async () => {
  expect(await placeAmong({ n1: { ...stranger, bootId: own.bootId } }, { disposable: true })).toEqual({ partOf: [], untold: [] });
});

test('the marks of this machine are those of its kernel', () => {
  expect(ownMarks().bootId).toBe(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
});

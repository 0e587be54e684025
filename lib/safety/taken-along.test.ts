import { expect, test } from 'vitest';
import type { Intent } from './interlocks.ts';
import { inventedEnvironment, inventedSnapshot } from './invented-cluster.ts';
import { takenAlong } from './taken-along.ts';

const environment = inventedEnvironment({ allow: { ...inventedEnvironment().allow, guests: ['web'] } });
const [dns, web] = inventedSnapshot().guests;
const lonely = { name: 'lonely', kind: 'vm', haManaged: false, haState: 'unmanaged', assignedTo: null, runningOn: ['n1'] } as const;
const snapshot = inventedSnapshot({ guests: [dns, web].flatMap((guest) => guest ?? []).concat({ ...lonely, runningOn: ['n1'] }) });
const power = (node: string, more: Partial<Intent> = {}): string[] => takenAlong({ fault: 'node-power', node, disk: null, guest: 'web', ...more }, environment, snapshot);

test('names who goes down with the node and is not allowed by name, whether HA protects it or not', () => {
  expect(power('n2')).toEqual(['dns on n2 (protected by HA: it is to come back elsewhere)']);
  expect(power('n1')).toEqual(['lonely on n1 (not protected by HA: it is down as long as the node)']);
  expect(power('n3')).toEqual([]);
});

test('counts what is taken at the same time, and no fault that leaves the node up', () => {
  expect(power('n2', { beside: [{ node: 'n1', disk: null }] })).toHaveLength(2);
  expect(power('n2', { beside: [{ node: 'n1', disk: 'disk.0' }] })).toHaveLength(1);
  expect(power('n2', { fault: 'live-migration' })).toEqual([]);
});

import { expect, test } from 'vitest';
import type { Snapshot } from '../adapters/hypervisor.ts';
import { inventedSnapshot } from '../safety/invented-cluster.ts';
import { watchStarts } from './starts.ts';

const onlyN3 = inventedSnapshot().nodes.map((node) => ({ ...node, online: node.name === 'n3' }));
const webOn = (...runningOn: string[]): Snapshot => inventedSnapshot({ nodes: onlyN3, guests: [{ name: 'web', kind: 'vm', haManaged: true, haState: 'started', assignedTo: 'n2', runningOn }] });

test('that no guest was started rests on the word of the nodes that were heard', () => {
  const watch = watchStarts(inventedSnapshot());
  watch.note(inventedSnapshot());
  for (const snapshot of [webOn(), webOn('n2')]) watch.note(snapshot);
  expect(watch.verdict()).toEqual({ ok: true, detail: 'none was in 3 readings: 1 by the word of n1, n2, n3, 2 by the word of n3 alone' });
});

test('a guest that runs where it did not before was started', () => {
  const watch = watchStarts(inventedSnapshot());
  for (const snapshot of [webOn('n3'), webOn()]) watch.note(snapshot);
  expect(watch.verdict()).toEqual({ ok: false, detail: 'web on n3; 2 readings: 2 by the word of n3 alone' });
});

test('without a word of any node nothing is claimed', () => {
  const watch = watchStarts(inventedSnapshot());
  expect(watch.verdict().ok).toBeNull();
  watch.note(inventedSnapshot({ nodes: [] }));
  expect(watch.verdict()).toEqual({ ok: null, detail: 'no node could be asked' });
});

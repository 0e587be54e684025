import { expect, test } from 'vitest';
import type { Snapshot } from '../adapters/hypervisor.ts';
import { inventedSnapshot } from '../safety/invented-cluster.ts';
import { countInstances } from './instances.ts';

function reading(places: Record<string, string[]>, more: Partial<Snapshot> = {}, haState: 'started' | 'migrating' = 'started'): Snapshot {
  return inventedSnapshot({ guests: Object.entries(places).map(([name, runningOn]) => ({ name, kind: 'vm', haManaged: true, haState, assignedTo: runningOn[0] ?? null, runningOn })), ...more });
}

const blindOfN2: Partial<Snapshot> = { unread: [{ what: 'guests on node n2', why: 'no answer' }] };

test('a second instance shows when the old node returns, of any guest', () => {
  const count = countInstances(['dns', 'web'], 'web', 'n2');
  count.note(reading({ dns: [], web: [] }, blindOfN2));
  count.note(reading({ dns: ['n1'], web: ['n3'] }, blindOfN2));
  expect(count.verdict().ok).toBe(true);
  count.nodeHasPower();
  count.note(reading({ dns: ['n1', 'n2'], web: ['n3'] }));
  count.note(reading({ dns: ['n1'], web: ['n3'] }));
  expect(count.verdict()).toMatchObject({ ok: false, detail: expect.stringContaining('dns ran on n1 and n2') });
});

test('readings before the restart, or without the node that has power again, prove nothing', () => {
  const count = countInstances(['dns', 'web'], 'web', 'n2');
  count.note(reading({ dns: ['n1'], web: ['n2'] }));
  expect(count.verdict().ok).toBeNull();
  count.note(reading({ dns: ['n1'], web: ['n3'] }));
  expect(count.verdict().ok).toBe(true);
  count.nodeHasPower();
  count.note(reading({ dns: ['n1'], web: ['n3'] }, blindOfN2));
  count.note(reading({ web: ['n3'] }));
  expect(count.verdict().ok).toBeNull();
  count.note(reading({ dns: ['n1'], web: ['n3'] }));
  expect(count.verdict().ok).toBe(true);
});

test('a reading that lacks another node is not complete while the lost one is off', () => {
  const count = countInstances(['web'], 'web', 'n2');
  count.note(reading({ web: ['n3'] }, { unread: [{ what: 'guests on node n1', why: 'no answer' }] }));
  expect(count.verdict().ok).toBeNull();
});

test('a guest that is being moved back is no second instance', () => {
  const count = countInstances(['web'], 'web', 'n2');
  count.note(reading({ web: ['n3', 'n2'] }, {}, 'migrating'));
  expect(count.verdict().ok).toBe(true);
});

import { expect, test } from 'vitest';
import { inventedEnvironment, inventedSnapshot } from '../safety/invented-cluster.ts';
import { bringTo } from './bring.ts';
import type { Scenario } from './scenario.ts';

const [web] = inventedEnvironment().guests.filter(({ name }) => name === 'web');
const home = inventedSnapshot().guests.find(({ name }) => name === 'web')?.runningOn[0] ?? '';
const elsewhere = inventedSnapshot().nodes.find(({ name }) => name !== home)?.name ?? '';

function invented(): { scenario: Scenario; order: string[] } {
  const order: string[] = [];
  const hypervisor = { snapshot: async () => inventedSnapshot(), liveMigrate: async (_: string, node: string) => ({ done: Promise.resolve(order.push(`moved to ${node}`)) }) };
  const scenario = { hypervisor, signal: new AbortController().signal, guard: async () => order.push('undo on disk'), mark: () => undefined, mend: async () => order.push('undone'), gate: async () => order.push('gate') };
  return { scenario: scenario as unknown as Scenario, order };
}

test('a guest is moved with its undo on disk, and the steady-state gate stands behind the move, before what follows', async () => {
  if (web === undefined) throw new Error('the invented cluster has no web');
  const { scenario, order } = invented();
  expect(await bringTo(scenario, web, elsewhere)).toBe(true);
  expect(order).toEqual(['undo on disk', `moved to ${elsewhere}`, 'undone', 'gate']);
});

test('a guest that is there already is left alone', async () => {
  if (web === undefined) throw new Error('the invented cluster has no web');
  const { scenario, order } = invented();
  expect([await bringTo(scenario, web, home), order]).toEqual([false, []]);
});

import { expect, test } from 'vitest';
import type { Snapshot } from '../adapters/hypervisor.ts';
import { inventedSnapshot } from '../safety/invented-cluster.ts';
import { countInstances } from './instances.ts';
import { followRedundancy, followReturn } from './node-recovery.ts';
import { createScenario } from './scenario.ts';
import { expectations, readUpTo, selectedRow, testBench } from './testing.ts';

test('what the cluster takes back late is looked after while the redundancy is waited for, and not only behind it', async () => {
  let isWhole = false;
  const degraded = inventedSnapshot().storage.map((storage) => ({ ...storage, healthy: false, redundant: false }));
  const bench = testBench({ snapshot: () => (isWhole ? inventedSnapshot() : inventedSnapshot({ storage: degraded })) });
  const { session, events } = bench;
  const scenario = createScenario({ session, selected: selectedRow('disk-return', async () => undefined), signal: session.signal, probes: new Map(), integrity: new Map() });
  const at = scenario.now();
  await followRedundancy(scenario, { faultAt: at, repairAt: at, notYet: async () => void (isWhole = true) });
  expect(expectations(events())).toEqual({ 'everything is redundant again': true });
  expect(events().flatMap((event) => (event.kind === 'measured' ? [event.name] : []))).toEqual(['redundant-after']);
});

const away = (): Snapshot => inventedSnapshot({ nodes: inventedSnapshot().nodes.map((node) => (node.name === 'n2' ? { ...node, online: false } : node)) });

/** Away for so many readings, then unread for so many, then whole. */
function course(awayFor: number, unreadFor: number): () => Snapshot {
  let reading = 0;
  const unread = readUpTo(0, away);
  return () => {
    reading += 1;
    return reading <= awayFor ? away() : reading <= awayFor + unreadFor ? unread() : inventedSnapshot();
  };
}

test.each<{ what: string; snapshot: () => Snapshot; rejoinMs: number; ok: boolean | null }>([
  { what: 'is seen to be a member', snapshot: course(1, 0), rejoinMs: 60_000, ok: true },
  { what: 'is seen to be away to the end', snapshot: course(Infinity, 0), rejoinMs: 600, ok: false },
  { what: 'is seen away at first, and then not at all', snapshot: course(1, Infinity), rejoinMs: 1000, ok: null },
])('a node that $what rejoins: $ok', async ({ snapshot, rejoinMs, ok }) => {
  const made = testBench({ snapshot });
  // Behind the rejoining the failures are cleared; the rest is for the steady state, and is broken off.
  const after = new AbortController();
  const hypervisor = { ...made.session.hypervisor, clearFailures: async () => after.abort() };
  const { signal } = after;
  const scenario = createScenario({ session: { ...made.session, hypervisor }, selected: selectedRow('node-return', async () => undefined), signal, probes: new Map(), integrity: new Map() });
  const at = scenario.now();
  await expect(followReturn(scenario, 'n2', { faultAt: at, repairAt: at, rejoinMs }, countInstances([], '', 'n2'))).rejects.toThrow(/abort/i);
  expect(expectations(made.events())['n2 rejoins the cluster']).toBe(ok);
});

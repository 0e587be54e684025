import { afterEach, expect, test } from 'vitest';
import { inventedSnapshot } from '../safety/invented-cluster.ts';
import { followRedundancy } from './node-recovery.ts';
import { createScenario } from './scenario.ts';
import { expectations, selectedRow, testBench } from './testing.ts';
import type { TestBench } from './testing.ts';

const open: TestBench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

test('what the cluster takes back late is looked after while the redundancy is waited for, and not only behind it', async () => {
  let isWhole = false;
  const degraded = inventedSnapshot().storage.map((storage) => ({ ...storage, healthy: false, redundant: false }));
  const bench = testBench({ snapshot: () => (isWhole ? inventedSnapshot() : inventedSnapshot({ storage: degraded })) });
  open.push(bench);
  const { session, events } = bench;
  const scenario = createScenario({ session, selected: selectedRow('disk-return', async () => undefined), signal: session.signal, probes: new Map(), integrity: new Map() });
  const at = scenario.now();
  await followRedundancy(scenario, { faultAt: at, repairAt: at, notYet: async () => void (isWhole = true) });
  expect(expectations(events())).toEqual({ 'everything is redundant again': true });
  expect(events().flatMap((event) => (event.kind === 'measured' ? [event.name] : []))).toEqual(['redundant-after']);
});

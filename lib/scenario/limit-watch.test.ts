import { expect, test } from 'vitest';
import type { Snapshot } from '../adapters/hypervisor.ts';
import { inventedSnapshot } from '../safety/invented-cluster.ts';
import { nodesAreNoticed, stateOfQuorum } from './limit-state.ts';
import { watchAtTheLimit } from './limit-watch.ts';
import { createScenario } from './scenario.ts';
import { expectations, readUpTo, selectedRow, testBench } from './testing.ts';
import type { TestBench } from './testing.ts';

let bench: TestBench;

/** Follows a cluster that gives these readings, the last one for ever. */
async function follow(readings: Snapshot[], signal?: AbortSignal): Promise<{ seen: number }> {
  let given = 0;
  return watched(() => readings[Math.min(given++, readings.length - 1)] ?? inventedSnapshot(), signal);
}

async function watched(snapshot: () => Snapshot, signal = AbortSignal.timeout(20_000), timeoutMs?: number): Promise<{ seen: number }> {
  let seen = 0;
  bench = testBench({ snapshot });
  const scenario = createScenario({ session: bench.session, selected: selectedRow('quorum-loss', async () => undefined), signal, probes: new Map(), integrity: new Map() });
  const at = scenario.now();
  await watchAtTheLimit(scenario, {
    injected: { at, confirmed: { lastBefore: at, firstAfter: at } },
    scope: 'membership',
    notices: 'what is left knows that it has no quorum',
    isNoticed: nodesAreNoticed(['n1', 'n2'], true),
    state: stateOfQuorum,
    onSnapshot: () => (seen += 1),
    heldMs: 600,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  return { seen };
}

test('what the platform does at its limit is stated, and it is left there for a while after it has noticed', async () => {
  const { seen } = await follow([inventedSnapshot(), inventedSnapshot({ quorate: false })]);
  expect(expectations(bench.events())).toEqual({ 'what is left knows that it has no quorum': true });
  expect(bench.events().flatMap((event) => (event.kind === 'mark' ? [event.title.slice(0, 9)] : []))).toEqual(['quorate, ', 'no quorum']);
  expect(bench.events().filter((event) => event.kind === 'phase').map(({ phase }) => phase)).toEqual(['detected']);
  expect(seen).toBeGreaterThan(2);
});

test('a watch that is broken off claims nothing', async () => {
  await expect(follow([inventedSnapshot()], AbortSignal.timeout(300))).rejects.toThrow(/abort/i);
  expect(expectations(bench.events())).toEqual({});
});

test.each<{ what: string; snapshot: () => Snapshot; ok: boolean | null; detail: RegExp }>([
  { what: 'was read to the end with its quorum', snapshot: () => inventedSnapshot(), ok: false, detail: /^not so in \d+ readings within 1\.0 s.*; \d+\.\d s after the fault: quorate/ },
  { what: 'never told of its quorum', snapshot: () => inventedSnapshot({ quorate: null }), ok: null, detail: /^none of \d+ readings/ },
  { what: 'could not be read', snapshot: readUpTo(0, () => inventedSnapshot()), ok: null, detail: /^the cluster could not be read in \d+ attempts within 1\.0 s: no node answers; see by "check"/ },
  { what: 'was soon not read any more', snapshot: readUpTo(1, () => inventedSnapshot()), ok: null, detail: /^the last reading of the cluster/ },
])('a cluster that $what has noticed: $ok', async ({ snapshot, ok, detail }) => {
  await watched(snapshot, undefined, 1000);
  expect(bench.events().filter((event) => event.kind === 'expectation')).toMatchObject([{ ok, detail: expect.stringMatching(detail) }]);
});

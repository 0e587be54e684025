import { expect, test } from 'vitest';
import type { Hypervisor, Snapshot } from '../adapters/hypervisor.ts';
import { inventedSnapshot } from '../safety/invented-cluster.ts';
import { watchTransitions } from './watch.ts';

/** An invented hypervisor whose node n1 goes offline after so many readings; every second reading fails. */
function failing(offlineAt: number): { hypervisor: Hypervisor; readings: { askedNs: number; snapshot: Snapshot }[] } {
  const readings: { askedNs: number; snapshot: Snapshot }[] = [];
  let count = 0;
  const snapshot = async (): Promise<Snapshot> => {
    count += 1;
    const askedNs = Number(process.hrtime.bigint());
    if (count % 2 === 0) throw new Error('the node that served this reading is gone');
    const nodes = inventedSnapshot().nodes.map((node) => (node.name === 'n1' ? { ...node, online: count < offlineAt } : node));
    const reading = inventedSnapshot({ nodes, fromNs: askedNs, toNs: Number(process.hrtime.bigint()) });
    readings.push({ askedNs, snapshot: reading });
    return reading;
  };
  return { hypervisor: { snapshot } as unknown as Hypervisor, readings };
}

const gone = (snapshot: Snapshot): boolean => snapshot.nodes.some((node) => node.name === 'n1' && !node.online);

test('a change is placed between the last good reading without it and the first with it; failed readings are no evidence', async () => {
  const { hypervisor, readings } = failing(4);
  const { met: { offline } } = await watchTransitions({ hypervisor, scope: 'membership', conditions: { offline: gone }, sinceNs: 0, timeoutMs: 5000, signal: new AbortController().signal });
  expect(readings).toHaveLength(3);
  expect(offline?.firstAfter).toBe(readings[2]?.snapshot.toNs);
  expect(Math.abs((offline?.lastBefore ?? 0) - (readings[1]?.askedNs ?? 0))).toBeLessThan(5e6);
});

test('what never happens is null when the time is up', async () => {
  const { hypervisor } = failing(Infinity);
  const { met: { offline } } = await watchTransitions({ hypervisor, scope: 'membership', conditions: { offline: gone }, sinceNs: 0, timeoutMs: 600, signal: new AbortController().signal });
  expect(offline).toBeNull();
});

test('what was read, what failed, and when it was last seen not to be so is told', async () => {
  const { hypervisor, readings } = failing(Infinity);
  const watched = await watchTransitions({ hypervisor, scope: 'membership', conditions: { offline: gone, unknown: () => null }, sinceNs: 0, timeoutMs: 600, periodMs: 10, signal: new AbortController().signal });
  expect(watched).toMatchObject({ met: { offline: null, unknown: null }, readings: readings.length, trouble: 'the node that served this reading is gone', contraryNs: { unknown: null } });
  expect(Math.abs(watched.failed - watched.readings)).toBeLessThanOrEqual(1);
  expect(watched.contraryNs.offline).toBeGreaterThan(readings.at(-2)?.snapshot.toNs ?? Infinity);
  expect(watched.contraryNs.offline).toBeLessThanOrEqual(readings.at(-1)?.askedNs ?? 0);
});

test('a reading that does not tell leaves open since when it was so', async () => {
  const { hypervisor, readings } = failing(Infinity);
  const conditions = { offline: () => (readings.length === 1 ? false : readings.length < 4 ? null : true) };
  const { met: { offline } } = await watchTransitions({ hypervisor, scope: 'membership', conditions, sinceNs: 0, timeoutMs: 5000, periodMs: 10, signal: new AbortController().signal });
  expect(offline?.firstAfter).toBe(readings[3]?.snapshot.toNs);
  expect(offline?.lastBefore).toBeGreaterThan(0);
  expect(offline?.lastBefore).toBeLessThanOrEqual(readings[0]?.askedNs ?? 0);
});

test('it ends when the signal aborts', async () => {
  const { hypervisor } = failing(Infinity);
  const watching = watchTransitions({ hypervisor, scope: 'membership', conditions: { offline: gone }, sinceNs: 0, timeoutMs: 60_000, signal: AbortSignal.timeout(100) });
  await expect(watching).rejects.toThrow(/abort|timeout/i);
});

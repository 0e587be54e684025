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
  const { offline } = await watchTransitions({ hypervisor, scope: 'membership', conditions: { offline: gone }, sinceNs: 0, timeoutMs: 5000, signal: new AbortController().signal });
  expect(readings).toHaveLength(3);
  expect(offline?.firstAfter).toBe(readings[2]?.snapshot.toNs);
  expect(Math.abs((offline?.lastBefore ?? 0) - (readings[1]?.askedNs ?? 0))).toBeLessThan(5e6);
});

test('what never happens is null when the time is up', async () => {
  const { hypervisor } = failing(Infinity);
  const { offline } = await watchTransitions({ hypervisor, scope: 'membership', conditions: { offline: gone }, sinceNs: 0, timeoutMs: 600, signal: new AbortController().signal });
  expect(offline).toBeNull();
});

test('it ends when the signal aborts', async () => {
  const { hypervisor } = failing(Infinity);
  const watching = watchTransitions({ hypervisor, scope: 'membership', conditions: { offline: gone }, sinceNs: 0, timeoutMs: 60_000, signal: AbortSignal.timeout(100) });
  await expect(watching).rejects.toThrow(/abort|timeout/i);
});

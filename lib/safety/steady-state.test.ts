import { expect, test } from 'vitest';
import type { Hypervisor } from '../adapters/hypervisor.ts';
import { inventedEnvironment, inventedSnapshot } from './invented-cluster.ts';
import { waitForSteadyState } from './steady-state.ts';

test('what looks after mended things is called behind each reading that is not good, and never once the cluster is whole', async () => {
  let readings = 0;
  let looks = 0;
  const hypervisor = { snapshot: async () => {
    readings += 1;
    if (readings === 1) throw new Error('no node answers');
    return inventedSnapshot(looks < 3 ? { failures: ['monitor of web on n2 failed'] } : {});
  } } as unknown as Hypervisor;
  const notYet = async (): Promise<void> => void (looks += 1);
  const state = await waitForSteadyState({ environment: inventedEnvironment(), hypervisor, windowMs: 0, timeoutMs: 60_000, signal: new AbortController().signal, progress: () => undefined, notYet });
  expect([state.ok, readings, looks]).toEqual([true, 4, 3]);
});

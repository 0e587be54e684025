import { expect, test } from 'vitest';
import { AdapterError } from '../adapters/adapter-error.ts';
import type { AdapterFault } from '../adapters/adapter-error.ts';
import { forgetFailures } from './forget-failures.ts';

const { signal } = new AbortController();

/** Cannot do so the first two times. */
function busyCluster(blame: AdapterFault['blame']): { clearFailures: () => Promise<void>; asked: () => number } {
  let count = 0;
  return {
    asked: () => count,
    clearFailures: async () => {
      count += 1;
      if (count < 3) throw new AdapterError({ message: '503 Service Unavailable', blame, impact: '', remedy: '', phase: 'clear failures', target: 'lab' });
    },
  };
}

test.each(['unknown', 'cluster'] as const)('a cluster that cannot be asked just now (blame: %s) is asked again', async (blame) => {
  const cluster = busyCluster(blame);
  await forgetFailures(cluster, signal, 1);
  expect(cluster.asked()).toBe(3);
});

test('what is a matter of ours does not get better by asking again', async () => {
  const cluster = busyCluster('tool');
  await expect(forgetFailures(cluster, signal, 1)).rejects.toThrow('503');
  expect(cluster.asked()).toBe(1);
});

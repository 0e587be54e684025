import { expect, test } from 'vitest';
import { clusterStatus } from './requests/cluster.ts';
import { setHaState } from './requests/ha.ts';
import { nodeNow } from './requests/nodes.ts';
import { timeoutOf } from './timeouts.ts';

test('what goes on to another node, or changes something, is waited for until pveproxy itself gives up after 30 s and says so', () => {
  expect(timeoutOf(nodeNow('pve1'))).toBeGreaterThan(31_000);
  expect(timeoutOf(setHaState('vm:100', 'started'))).toBeGreaterThan(31_000);
});

test('what the endpoint knows by itself is not waited for so long', () => {
  expect(timeoutOf(clusterStatus())).toBe(10_000);
});

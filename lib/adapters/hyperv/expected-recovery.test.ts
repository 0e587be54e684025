import { afterEach, expect, test } from 'vitest';
import { expectedRecovery } from './expected-recovery.ts';
import { serveCluster, type ServedCluster } from './testing.ts';

const open: ServedCluster[] = [];

afterEach(async () => {
  for (const served of open.splice(0)) await served.close();
});

async function withSettings(settings: Record<string, string>): Promise<ServedCluster> {
  const served = await serveCluster();
  open.push(served);
  Object.assign(served.cluster.settings, settings);
  return served;
}

test('four minutes of the resiliency period are named as what is waited for, by the settings of the cluster and of the role', async () => {
  const { context } = await withSettings({});
  expect(await expectedRecovery(context, 'web-guest', 'power')).toMatchObject({ loMs: 249_000, hiMs: 266_000, longestWait: { ms: 240_000, words: expect.stringContaining('(Get-ClusterGroup web).ResiliencyPeriod') as string } });
});

test('without a member that answers nothing is claimed', async () => {
  const { cluster, context } = await withSettings({});
  cluster.intercept = () => 'drop';
  await expect(expectedRecovery(context, 'web-guest', 'power')).rejects.toThrow(/hv1/);
});

test('where nobody isolates, nothing long is waited for', async () => {
  const { context, cluster } = await withSettings({ ResiliencyLevel: '1' });
  expect(await expectedRecovery(context, 'web-guest', 'power')).toMatchObject({ loMs: 9000, hiMs: 26_000, longestWait: null });
  // Cut off, it may say itself that it is isolated.
  expect(await expectedRecovery(context, 'web-guest', 'network')).toMatchObject({ loMs: 9000, hiMs: 266_000 });
  expect(cluster.asked.filter((asked) => !asked.endsWith('read-cluster'))).toEqual([]);
});

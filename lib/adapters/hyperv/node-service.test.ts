import { afterEach, expect, test } from 'vitest';
import { clearQuarantines, setDrained, shutDownNode } from './node-service.ts';
import { serveCluster, type ServedCluster } from './testing.ts';

const open: ServedCluster[] = [];

afterEach(async () => {
  for (const served of open.splice(0)) await served.close();
});

async function served(): Promise<ServedCluster> {
  const one = await serveCluster();
  open.push(one);
  return one;
}

test('a node in quarantine is let in again by itself, and the others are left alone', async () => {
  const { cluster, context } = await served();
  Object.assign(cluster.nodes[2] ?? {}, { state: 'Down', info: 2, clusterService: false });
  await clearQuarantines(context);
  expect(cluster.asked.filter((asked) => asked.endsWith('clear-quarantine'))).toEqual(['hv3: clear-quarantine']);
  expect(cluster.nodes[2]).toMatchObject({ state: 'Up', info: 0, clusterService: true });
});

test('a shutdown whose connection breaks was heard, and one that is refused was not', async () => {
  const { cluster, context } = await served();
  cluster.intercept = (_node, script) => (script === 'shut-down-node' ? 'drop' : null);
  await shutDownNode(context, 'hv2');
  cluster.intercept = (_node, script) => (script === 'shut-down-node' ? { error: { message: 'This is HV9 and not hv2.' } } : null);
  await expect(shutDownNode(context, 'hv2')).rejects.toThrow(/hv2 does not shut down: .*This is HV9/);
});

test('a drain is asked of another node, once', async () => {
  const { cluster, context } = await served();
  await setDrained(context, 'hv2', true);
  const asked = cluster.asked.filter((line) => line.endsWith('drain-node'));
  expect(asked).toHaveLength(1);
  expect(asked[0]).not.toBe('hv2: drain-node');
});

test('a drain that the cluster refuses is told in its words, and one of a node that is down is not asked for', async () => {
  const { cluster, context } = await served();
  cluster.intercept = (_node, script) => (script === 'drain-node' ? { error: { message: 'Accès refusé.', category: 'PermissionDenied' } } : null);
  await expect(setDrained(context, 'hv2', true)).rejects.toThrow(/refused the drain of hv2: .*Accès refusé/);
  Object.assign(cluster.nodes[1] ?? {}, { state: 'Down' });
  await expect(setDrained(context, 'hv2', true)).rejects.toThrow(/hv2 is Down/);
});

import { expect, test } from 'vitest';
import type { Played } from '../../transports/testing/windows-node.ts';
import { clearQuarantines, setDrained, shutDownNode } from './node-service.ts';
import { serveForTest, type ServedCluster } from './testing.ts';

// The states and flags of nodes are documented; messages, and how the cluster goes on behind a request, are invented.

test('a node in quarantine is let in again by itself, and the others are left alone', async () => {
  const { cluster, context } = await serveForTest();
  Object.assign(cluster.nodes[2] ?? {}, { state: 'Down', info: 2, clusterService: false });
  await clearQuarantines(context);
  expect(cluster.asked.filter((asked) => asked.endsWith('clear-quarantine'))).toEqual(['hv3: clear-quarantine']);
  expect(cluster.nodes[2]).toMatchObject({ state: 'Up', info: 0, clusterService: true });
});

test('a shutdown whose connection breaks was heard, and one that is refused was not', async () => {
  const { cluster, context } = await serveForTest();
  cluster.intercept = (_node, script) => (script === 'shut-down-node' ? 'drop' : null);
  await shutDownNode(context, 'hv2');
  cluster.intercept = (_node, script) => (script === 'shut-down-node' ? { error: { message: 'This is HV9 and not hv2.' } } : null);
  await expect(shutDownNode(context, 'hv2')).rejects.toThrow(/hv2 does not shut down: .*This is HV9/);
});

test('a drain is asked of another node, once', async () => {
  const { cluster, context } = await serveForTest();
  await setDrained(context, 'hv2', true);
  const asked = cluster.asked.filter((line) => line.endsWith('drain-node'));
  expect(asked).toHaveLength(1);
  expect(asked[0]).not.toBe('hv2: drain-node');
});

test('a drain that the cluster refuses is told in its words, and one of a node that is down is not asked for', async () => {
  const { cluster, context } = await serveForTest();
  cluster.intercept = (_node, script) => (script === 'drain-node' ? { error: { message: 'Accès refusé.', category: 'PermissionDenied' } } : null);
  await expect(setDrained(context, 'hv2', true)).rejects.toThrow(/refused the drain of hv2: .*Accès refusé/);
  Object.assign(cluster.nodes[1] ?? {}, { state: 'Down' });
  await expect(setDrained(context, 'hv2', true)).rejects.toThrow(/hv2 is Down/);
});

const refusal: Played = { error: { message: 'Le délai d’attente a expiré.', category: 'OperationTimeout', hresult: '0x800705B4' } };
const requestsOf = ({ cluster }: ServedCluster, script: string): number => cluster.asked.filter((asked) => asked.endsWith(`: ${script}`)).length;

test.each<[string, Played]>([['refused', refusal], ['lost with its connection', 'drop']])('a drain and its end that are called %s and were obeyed are in force, and not asked for again', async (_what, answer) => {
  const served = await serveForTest();
  const { cluster, context } = served;
  const [, hv2] = cluster.nodes;
  const web = cluster.roles.find(({ name }) => name === 'web');
  if (hv2 === undefined || web === undefined) throw new Error('the played cluster is another one');
  let readings = 0;
  cluster.intercept = (node, script) => {
    if (script === 'drain-node') Object.assign(hv2, { state: 'Up', info: 4 });
    if (script === 'resume-node') Object.assign(hv2, { state: 'Up', info: 4 });
    if (script === 'drain-node' || script === 'resume-node') {
      readings = 0;
      return answer;
    }
    // It is seen on its way before it is in force.
    if (script === 'read-membership' && node === 'hv3' && (readings += 1) === 3) Object.assign(hv2, requestsOf(served, 'resume-node') > 0 ? { info: 0 } : { state: 'Paused', info: 8 });
    return null;
  };
  await setDrained(context, 'hv2', true);
  expect([hv2.state, requestsOf(served, 'drain-node')]).toEqual(['Paused', 1]);
  await setDrained(context, 'hv2', false);
  expect([hv2.state, hv2.info, requestsOf(served, 'resume-node')]).toEqual(['Up', 0, 1]);
});

test('a drain whose connection broke before it was heard is asked for again', async () => {
  const served = await serveForTest();
  const { cluster, context } = served;
  cluster.intercept = (_node, script) => (script === 'drain-node' && requestsOf(served, 'drain-node') === 1 ? 'drop' : null);
  await setDrained(context, 'hv2', true);
  expect([cluster.nodes[1]?.state, requestsOf(served, 'drain-node')]).toEqual(['Paused', 2]);
});

test.each<[string, Played]>([['refused', refusal], ['lost with its connection', 'drop']])('a node that joins again though the request was called %s is let in, by one request', async (_what, answer) => {
  const served = await serveForTest();
  const { cluster, context } = served;
  const [, , hv3] = cluster.nodes;
  if (hv3 === undefined) throw new Error('the played cluster is another one');
  Object.assign(hv3, { state: 'Down', info: 2, clusterService: false });
  let readings = Number.POSITIVE_INFINITY;
  cluster.intercept = (node, script) => {
    if (script === 'read-membership' && node === 'hv1' && (readings -= 1) < 0) Object.assign(hv3, { state: 'Up', info: 0, clusterService: true });
    if (script !== 'clear-quarantine') return null;
    readings = 3;
    return answer;
  };
  await clearQuarantines(context);
  expect([hv3.state, requestsOf(served, 'clear-quarantine')]).toEqual(['Up', 1]);
});

test('a node that stays in quarantine though it was asked is told in the words of Windows, and one whose connection broke is asked again', async () => {
  const served = await serveForTest();
  const { cluster, context } = served;
  Object.assign(cluster.nodes[2] ?? {}, { state: 'Quarantined', info: 0, clusterService: false });
  cluster.intercept = (_node, script) => (script === 'clear-quarantine' ? refusal : null);
  await expect(clearQuarantines(context)).rejects.toMatchObject({ message: expect.stringMatching(/hv3 stays in quarantine: .*Le délai d’attente/) as string, fault: { blame: 'cluster' } });
  expect(requestsOf(served, 'clear-quarantine')).toBe(1);
  cluster.intercept = (_node, script) => (script === 'clear-quarantine' && requestsOf(served, 'clear-quarantine') === 2 ? 'drop' : null);
  await clearQuarantines(context);
  expect([cluster.nodes[2]?.state, requestsOf(served, 'clear-quarantine')]).toEqual(['Up', 3]);
});

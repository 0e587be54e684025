import { expect, test } from 'vitest';
import type { PlayedCluster } from '../../platforms/hyperv/testing/played-cluster.ts';
import { refusals } from '../../safety/interlocks.ts';
import { quarantineCautions } from './cautions.ts';
import { takeSnapshot } from './snapshot.ts';
import { serveForTest, type ServedCluster } from './testing.ts';

// Documented: the settings of the quarantine, and that event 1135 stands in the logs of the others; which node logged what is invented.

const settings = { QuarantineThreshold: 3, QuarantineDuration: 7200 };

/** A node wrote down that it saw another one leave, so many minutes ago. */
function saw(cluster: PlayedCluster, node: string, lost: string, minutesAgo: number): void {
  write(cluster, node, 1135, [lost.toUpperCase()], minutesAgo);
}

function write(cluster: PlayedCluster, node: string, id: number, properties: string[], minutesAgo: number): void {
  cluster.logged.push({ node, log: 'System', provider: 'Microsoft-Windows-FailoverClustering', id, level: 1, utc: new Date(Date.now() - minutesAgo * 60_000).toISOString(), record: String(cluster.logged.length + 1), properties, message: 'Un événement.' });
}

/** What the interlocks have against a fault now, by rule. */
async function refused({ context, environment: own }: ServedCluster, fault: string, node: string): Promise<string[]> {
  const snapshot = await takeSnapshot(context, 'full');
  const environment = { ...own, allow: { ...own.allow, faults: ['node-power', 'node-shutdown'], nodes: ['hv1', 'hv2', 'hv3'] } };
  return refusals({ environment, intent: { fault, node, disk: null, guest: null }, snapshot, openFaults: 0, armedWith: 'HVCLUSTER', now: new Date(), ownAddresses: [], ownPlace: [] }).filter(({ rule }) => rule !== 'own place').map(({ rule, message }) => `${rule}: ${message}`);
}

test.each([[0, 0], [1, 0], [2, 1], [3, 1]])('a node that was lost %i time(s) within the hour has %i warning(s) against it', (count, warnings) => {
  expect(quarantineCautions(new Map([['hv2', count]]), { settings })).toHaveLength(warnings);
});

test('the losses of others do not count, and without the setting nothing is counted', () => {
  expect(quarantineCautions(new Map([['hv1', 1], ['hv2', 1], ['hv3', 1]]), { settings })).toEqual([]);
  expect(quarantineCautions(new Map([['hv2', 2]]), { settings: { QuarantineThreshold: null } })).toEqual([]);
});

test.each([['hv1', 'hv2'], ['hv2', 'hv1'], ['hv3', 'hv1']])('the third power loss of %s within the hour is refused, with the figures, whichever endpoint comes first; its clean shutdown and that of others are not', async (lost, other) => {
  const served = await serveForTest();
  for (const minutesAgo of [10, 40]) for (const node of ['hv1', 'hv2', 'hv3'].filter((name) => name !== lost)) saw(served.cluster, node, lost, minutesAgo);
  expect(await refused(served, 'node-power', lost)).toEqual([`platform: ${lost} was lost 2 time(s) within the last hour, and with 3 (QuarantineThreshold) it is kept out of the cluster for 7200 s. Wait until the hour is over, or take another node.`]);
  expect([await refused(served, 'node-power', other), await refused(served, 'node-shutdown', lost)]).toEqual([[], []]);
});

test('losses of more than an hour ago do not count', async () => {
  const served = await serveForTest();
  for (const minutesAgo of [10, 61, 90]) saw(served.cluster, 'hv2', 'hv1', minutesAgo);
  expect(await refused(served, 'node-power', 'hv1')).toEqual([]);
});

test.each(['hv1', 'hv3'])('a node that was cut off accuses nobody, and is itself the one that was lost: %s', async (cut) => {
  const served = await serveForTest();
  const rest = ['hv1', 'hv2', 'hv3'].filter((name) => name !== cut);
  for (const minutesAgo of [10, 40]) {
    for (const node of rest) {
      saw(served.cluster, cut, node, minutesAgo);
      saw(served.cluster, node, cut, minutesAgo - 4);
    }
    write(served.cluster, cut, 1177, [], minutesAgo);
  }
  expect(await refused(served, 'node-power', cut)).toEqual([expect.stringContaining(`${cut} was lost 2 time(s)`)]);
  for (const node of rest) expect(await refused(served, 'node-power', node)).toEqual([]);
});

test.each<[string, readonly string[]]>([
  ['nobody can tell', ['hv1', 'hv2', 'hv3']],
  ['one node cannot', ['hv3']],
])('where %s how often nodes were lost, none is', async (_what, silent) => {
  const served = await serveForTest();
  served.cluster.intercept = (node, script) => (script === 'read-losses' && silent.includes(node) ? { error: { message: 'Accès refusé.' } } : null);
  const { cautions, unread } = await takeSnapshot(served.context, 'full');
  expect([cautions?.map(({ node, why }) => [node, why.includes('Accès refusé')]), unread.map(({ what }) => what)]).toEqual([[[null, true]], ['losses of nodes']]);
  expect(await refused(served, 'node-power', 'hv1')).toEqual([expect.stringMatching(new RegExp(`^platform: it cannot be told how often nodes were lost .*${silent.join('.*')}`))]);
});

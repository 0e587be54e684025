import { afterEach, expect, test } from 'vitest';
import { refusals } from '../../safety/interlocks.ts';
import { quarantineCautions } from './cautions.ts';
import { takeSnapshot } from './snapshot.ts';
import { serveCluster, type ServedCluster } from './testing.ts';

const open: ServedCluster[] = [];
afterEach(async () => {
  for (const served of open.splice(0)) await served.close();
});

const settings = { QuarantineThreshold: 3, QuarantineDuration: 7200 };

test.each([[0, 0], [1, 0], [2, 1], [3, 1]])('a node that was lost %i time(s) within the hour has %i warning(s) against it', (count, warnings) => {
  expect(quarantineCautions(Array.from({ length: count }, () => 'hv2'), { settings })).toHaveLength(warnings);
});

test('the losses of others do not count, and without the setting nothing is counted', () => {
  expect(quarantineCautions(['hv1', 'hv2', 'hv3'], { settings })).toEqual([]);
  expect(quarantineCautions(['hv2', 'hv2'], { settings: { QuarantineThreshold: null } })).toEqual([]);
});

test('the third power loss of a node within the hour is refused, with the figures; its clean shutdown and other nodes are not', async () => {
  const served = await serveCluster();
  open.push(served);
  served.cluster.losses = ['HV2', 'hv2'];
  const snapshot = await takeSnapshot(served.context, 'full');
  const environment = { ...served.environment, allow: { ...served.environment.allow, faults: ['node-power', 'node-shutdown'], nodes: ['hv1', 'hv2'] } };
  const refused = (fault: string, node: string): string[] => refusals({ environment, intent: { fault, node, disk: null, guest: null }, snapshot, openFaults: 0, armedWith: 'HVCLUSTER', now: new Date(), ownAddresses: [], ownPlace: [] }).filter(({ rule }) => rule !== 'own place').map(({ rule, message }) => `${rule}: ${message}`);
  expect(refused('node-power', 'hv2')).toEqual(['platform: hv2 was lost 2 time(s) within the last hour, and with 3 (QuarantineThreshold) it is kept out of the cluster for 7200 s. Wait until the hour is over, or take another node.']);
  expect([refused('node-power', 'hv1'), refused('node-shutdown', 'hv2')]).toEqual([[], []]);
});

test('where nobody can tell how often nodes were lost, none is', async () => {
  const served = await serveCluster();
  open.push(served);
  served.cluster.intercept = (_node, script) => (script === 'read-losses' ? { error: { message: 'Accès refusé.' } } : null);
  const { cautions, unread } = await takeSnapshot(served.context, 'full');
  expect([cautions?.map(({ node, why }) => [node, why.includes('Accès refusé')]), unread.map(({ what }) => what)]).toEqual([[[null, true]], ['losses of nodes']]);
});

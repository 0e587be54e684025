import { afterEach, expect, test } from 'vitest';
import { gatherEvidence } from './evidence.ts';
import { ageWords, minutesSince } from './evidence-on-request.ts';
import { serveCluster, type ServedCluster } from './testing.ts';

// What Get-WBSummary and Get-WBJob tell is documented, and that 0 is success a field report; names, moments, texts and messages are invented.

const open: ServedCluster[] = [];
afterEach(async () => {
  for (const served of open.splice(0)) await served.close();
});

async function served(evidence: Record<string, boolean>): Promise<ServedCluster> {
  const one = await serveCluster();
  Object.assign(one.environment.platformOptions, { evidence });
  open.push(one);
  return one;
}

const asked = ({ cluster }: ServedCluster, script: string): number => cluster.asked.filter((line) => line.endsWith(`: ${script}`)).length;

test('nothing that takes long is made when nobody asked for it', async () => {
  const one = await served({});
  expect((await gatherEvidence(one.context, new Date())).map(({ title }) => title)).not.toContain('Cluster log of hv1');
  expect([asked(one, 'read-cluster-log'), asked(one, 'read-server-backup')]).toEqual([0, 0]);
});

test('the cluster log of each node is attached; one that cannot be made is said, and is no log that nobody could read', async () => {
  const one = await served({ clusterLog: true });
  one.cluster.intercept = (node, script, call) => (script !== 'read-cluster-log' ? null : node === 'hv2' ? { error: { message: 'Accès refusé.' } } : { data: { files: 1, length: 5000, text: `${node}: ${String(call.parameters['Minutes'])} min` } });
  const logs = (await gatherEvidence(one.context, new Date(Date.now() - 90_000))).filter(({ title }) => title.startsWith('Cluster log'));
  expect(logs.map(({ title, text, unreadable }) => [title, text, unreadable])).toEqual([
    ['Cluster log of hv1 (its last 10 of 5000 characters)', 'hv1: 3 min', undefined],
    ['Cluster log of hv2', expect.stringContaining('Accès refusé.'), undefined],
    ['Cluster log of hv3 (its last 10 of 5000 characters)', 'hv3: 3 min', undefined],
  ]);
});

test('the newest report of Test-Cluster is attached once, and asked for again while a node that may have a newer one is silent', async () => {
  const one = await served({ validationReport: true });
  let silent = true;
  const [newest, older] = [3, 30].map((days) => new Date(Date.now() - days * 86_400_000).toISOString());
  one.cluster.intercept = (node, script) => (script !== 'read-validation' ? null : node === 'hv3' && silent ? { error: { message: 'nobody' } } : { data: { report: { name: 'Validation Report.htm', utc: node === 'hv2' ? newest : older, whole: true, text: `<html>${node}</html>` } } });
  const reports = async (): Promise<(string | undefined)[][]> => (await gatherEvidence(one.context, new Date())).filter(({ title }) => title.startsWith('Report of')).map(({ title, text, mediaType }) => [title, text, mediaType]);
  const expected = [[`Report of Test-Cluster of ${newest} on hv2, 3 days old`, '<html>hv2</html>', 'text/html']];
  expect(await reports()).toEqual(expected);
  silent = false;
  expect(await reports()).toEqual(expected);
  expect(await reports()).toEqual([]);
});

test('a cluster without a report is told so and how to make one, without anybody asking; nodes that were silent are named', async () => {
  const one = await served({});
  one.cluster.intercept = (node, script) => (script !== 'read-validation' ? null : node === 'hv3' ? { error: { message: 'Accès refusé.' } } : { data: { report: null } });
  const text = (await gatherEvidence(one.context, new Date())).find(({ title }) => title === 'Report of Test-Cluster: there is none')?.text;
  expect(text).toContain('Run "Test-Cluster -Ignore Storage"');
  expect(text).toMatch(/Not asked: hv3: .*Accès refusé/);
});

test('a report is left where it is when the environment file does without', async () => {
  const one = await served({ validationReport: false });
  await gatherEvidence(one.context, new Date());
  expect(asked(one, 'read-validation')).toBe(0);
});

test.each([[0, '0 hours old'], [1, '1 hour old'], [47, '47 hours old'], [48, '2 days old'], [24 * 400, '400 days old'], [-1, '0 hours old']])('a report of %i hours ago is called %s', (hours, words) => {
  const now = new Date('2026-11-21T10:00:00Z');
  expect(ageWords(new Date(now.getTime() - hours * 3_600_000), now)).toBe(words);
});

test('what Windows Server Backup did last is told node by node, and nothing is begun', async () => {
  const one = await served({ serverBackup: true });
  const job = { state: 'Completed', hresult: '0', began: '2026-11-20T22:00:00Z', ended: '2026-11-20T23:00:00Z' };
  one.cluster.intercept = (node, script) => (script !== 'read-server-backup' ? null : node === 'hv1' ? { data: { present: true, last: { result: '0', detail: '0', succeeded: '2026-11-20T23:00:00Z', versions: '4', jobs: job } } } : node === 'hv2' ? { data: { present: false, last: null } } : { error: { message: 'Accès refusé.' } });
  const found = (await gatherEvidence(one.context, new Date())).find(({ title }) => title.startsWith('Windows Server Backup'));
  expect(JSON.parse(found?.text ?? '')).toEqual({ hv1: { result: '0', detail: '0', succeeded: '2026-11-20T23:00:00.000Z', versions: '4', jobs: [{ ...job, began: '2026-11-20T22:00:00.000Z', ended: '2026-11-20T23:00:00.000Z' }] }, hv2: 'not installed', hv3: expect.stringContaining('Accès refusé.') as string });
});

test.each([[0, 1], [30, 2], [60, 2], [61, 3]])('%i s ago is asked for as the last %i minutes', (seconds, minutes) => {
  expect(minutesSince(new Date(1_000_000_000_000 - seconds * 1000), new Date(1_000_000_000_000))).toBe(minutes);
});

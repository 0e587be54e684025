import { afterEach, expect, test } from 'vitest';
import { abandonBackups, backUp } from './backup.ts';
import { serveCluster, type ServedCluster } from './testing.ts';

// What Export-VM, Test-VHD and Compare-VM tell is documented; that an export goes on without its client is a field report; figures, numbers and messages are invented.

const open: ServedCluster[] = [];

afterEach(async () => {
  for (const served of open.splice(0)) await served.close();
});

async function served(): Promise<ServedCluster> {
  const one = await serveCluster();
  open.push(one);
  return one;
}

test('an export that Hyper-V would not import is listed and not verified', async () => {
  const { cluster, context } = await served();
  cluster.intercept = (_node, script) => (script === 'verify-export' ? { data: { configurations: 1, disks: [{ name: 'web.vhdx', bytes: '10', intact: false }], incompatibilities: { id: 33012, message: 'Le commutateur est introuvable.' } } } : null);
  expect(await (await backUp(context, 'web-guest')).done).toMatchObject({ listed: true, verified: false, verification: 'web.vhdx is damaged (Test-VHD); Compare-VM: Le commutateur est introuvable. (33012)' });
});

test('an export that misses a disk is not verified', async () => {
  const { cluster, context } = await served();
  cluster.intercept = (_node, script) => (script === 'verify-export' ? { data: { configurations: 1, disks: [], incompatibilities: [] } } : null);
  expect(await (await backUp(context, 'web-guest')).done).toMatchObject({ verified: false, verification: '0 of 1 disks' });
});

test('an export that fails is the cluster\'s failure, and one whose connection broke proves nothing', async () => {
  const { cluster, context } = await served();
  cluster.intercept = (_node, script) => (script === 'export-guest' ? { error: { message: 'Espace insuffisant.', hresult: '0x80070070' } } : null);
  await expect((await backUp(context, 'web-guest')).done).rejects.toMatchObject({ fault: { blame: 'cluster' }, message: expect.stringContaining('Espace insuffisant') as string });
  cluster.intercept = (_node, script) => (script === 'export-guest' ? 'drop' : null);
  await expect((await backUp(context, 'web-guest')).done).rejects.toMatchObject({ fault: { blame: 'tool' } });
});

test('of a guest that is seen nowhere, while a node does not say what it runs, is nobody\'s failure', async () => {
  const { cluster, context } = await served();
  Object.assign(cluster.nodes[1] ?? {}, { answers: false });
  await expect(backUp(context, 'web-guest')).rejects.toMatchObject({ fault: { blame: 'unknown', message: expect.stringMatching(/runs on no node that answers \(hv2 did not answer in time\)/) as string } });
  expect(cluster.asked.filter((asked) => asked.endsWith('export-guest'))).toEqual([]);
});

test('what is removed waits for an export that goes on without its client, and is only ours', async () => {
  const { cluster, context } = await served();
  const others = String.raw`C:\ClusterStorage\Volume1\ha-acceptance\somebody-elses`;
  cluster.exports.get('hv2')?.add(others);
  const given = new AbortController();
  const operation = await backUp(context, 'web-guest', { signal: given.signal });
  await operation.underWay;
  expect(cluster.exports.get('hv2')?.size).toBe(2);
  given.abort(new Error('given up'));
  await expect(operation.done).rejects.toThrow('given up');
  await abandonBackups(context, 'web-guest');
  expect(cluster.roles.find(({ name }) => name === 'web')?.operational).toEqual(['Ok']);
  expect([...(cluster.exports.get('hv2') ?? [])]).toEqual([others]);
});

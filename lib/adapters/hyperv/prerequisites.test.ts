import { afterEach, expect, test } from 'vitest';
import { readPrerequisites } from './prerequisites.ts';
import { serveCluster, type ServedCluster } from './testing.ts';

// The settings and the states of a witness are documented; which of them a cluster has, and what is wrong with it, is invented.

const open: ServedCluster[] = [];

afterEach(async () => {
  for (const served of open.splice(0)) await served.close();
});

async function findings(spoil: (served: ServedCluster) => void): Promise<Record<string, boolean | null>> {
  const served = await serveCluster();
  open.push(served);
  spoil(served);
  const found = await readPrerequisites(served.context);
  return Object.fromEntries(found.filter(({ ok }) => ok !== true).map(({ title, ok }) => [title, ok]));
}

test('a witness that is not online, a quarantine that comes early and a repair under way are findings', async () => {
  expect(await findings(({ cluster }) => {
    cluster.witness = { name: 'w', type: 'File Share Witness', state: 'Failed', weight: 1 };
    cluster.settings['QuarantineThreshold'] = '1';
    cluster.storage = { ...cluster.storage, jobs: { id: 'j', name: 'Repair', state: 4, percent: 10, total: '10', done: '1' } };
  })).toEqual({ 'the quorum does not hang on a single node': false, 'a node may fail twice within an hour without being put in quarantine': false, 'the storage has room to repair, and nothing to repair now': false });
});

test('another machine behind a node\'s address, a session without rights and a missing module are findings', async () => {
  expect(await findings(({ cluster }) => {
    cluster.intercept = (node, script) => (script === 'read-node' && node === 'hv2' ? { data: { computer: 'HV9', product: '', build: '', powershell: '5.1', edition: 'Desktop', elevated: false, clusterService: '', modules: 'Storage', free: null } } : null);
  })).toEqual({ 'hv2 is the machine that it is taken for': false, 'PowerShell on hv2 may do what is needed': false, 'the cluster service of hv2 runs': false, 'backups can be written on hv2': null });
});

test('a guest that is no role, and a node that does not answer, are findings', async () => {
  expect(await findings(({ cluster }) => {
    cluster.roles = cluster.roles.filter(({ name }) => name !== 'web');
    cluster.intercept = (node, script) => (script === 'read-node' && node === 'hv3' ? 'drop' : null);
  })).toMatchObject({ 'guest web-guest is a role of the cluster': false, 'PowerShell on hv3 may do what is needed': null });
});

test('when a lost disk is retired is said beside the room to repair', async () => {
  const served = await serveCluster();
  open.push(served);
  expect((await readPrerequisites(served.context)).find(({ title }) => title.startsWith('the storage has room'))?.detail).toContain('; the health service retires a lost disk after 900 s (AutoRetire.DelayMs); up to 120 s until it has looked');
});

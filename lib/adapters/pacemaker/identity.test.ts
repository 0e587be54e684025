import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { recorded } from '../../platforms/pacemaker/testing.ts';
import { identify } from './identity.ts';
import { recordedCluster, scriptedContext } from './testing.ts';

const digest = createHash('sha256').update('key').digest();

function cluster(authkey: boolean, cib = recorded('cib.xml')) {
  return (_host: string, command: string) => {
    if (command.startsWith('sha256sum')) return authkey ? `${digest.toString('hex')}  /etc/corosync/authkey\n` : { code: 1, stderr: 'No such file' };
    if (command.startsWith('cibadmin')) return cib;
    if (command.includes('fsid')) return '98bad6c1-fd82-4988-b384-672ad70d9dc2\n';
    if (command.includes('totem.cluster_name')) return 'totem.cluster_name (str) = by corosync\n';
    return recordedCluster('crm-mon-idle.xml')(command) ?? '';
  };
}

test('is the digest of the key that the nodes share', async () => {
  expect(await identify(scriptedContext(cluster(true)))).toEqual({ name: 'ha-acceptance-lab', identity: `SHA256:${digest.toString('base64').replaceAll('=', '')}`, source: 'digest of /etc/corosync/authkey' });
});

test('falls back to the storage\'s own id, and says so', async () => {
  const { identity, source } = await identify(scriptedContext(cluster(false), { hasStorage: true }));
  expect(identity).toBe(`SHA256:${createHash('sha256').update('98bad6c1-fd82-4988-b384-672ad70d9dc2').digest('base64').replaceAll('=', '')}`);
  expect(source).toMatch(/fsid 98bad6c1.*cannot be read/);
});

test('is unknown without either: nothing is guessed', async () => {
  await expect(identify(scriptedContext(cluster(false)))).rejects.toThrow(/cannot be identified.*No such file/s);
});

test('takes corosync\'s name where Pacemaker has none', async () => {
  const nameless = recorded('cib.xml').replace(/<nvpair[^>]*name="cluster-name"[^>]*>/, '');
  expect((await identify(scriptedContext(cluster(true, nameless)))).name).toBe('by corosync');
});

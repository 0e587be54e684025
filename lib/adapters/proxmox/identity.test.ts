import { afterEach, expect, test } from 'vitest';
import { endAll, play } from '../../platforms/proxmox/testing/model/play.ts';
import { recordedIdentity } from '../../platforms/proxmox/testing/recorded.ts';
import type { StandInAnswer, StandInRequest } from '../../platforms/proxmox/testing/stand-in.ts';
import { identify } from './identity.ts';
import { contextOfModel } from './testing.ts';

afterEach(endAll);

const told = async (answer: (request: StandInRequest) => StandInAnswer | null = () => null) => identify(contextOfModel(await play({ answer })));

test('a cluster is known by its name and the fingerprint of its own CA', async () => {
  expect(await told()).toMatchObject({ name: 'lab', identity: recordedIdentity() });
});

test('a node in no cluster, whose answer lacks the entry of the cluster, is refused: there is no HA', async () => {
  const alone = { type: 'node', name: 'pve1', id: 'node/pve1', online: 1, local: 1, nodeid: 0, ip: '192.0.2.11', level: '' };
  await expect(told(({ call }) => (call === 'GET /cluster/status' ? { data: [alone] } : null))).rejects.toMatchObject({ fault: { message: 'pve1 is in no cluster.', remedy: expect.stringContaining('pvecm create') as string } });
});

test('a node that does not show the CA is refused: nobody can tell which cluster it is', async () => {
  await expect(told(({ call }) => (call.endsWith('/certificates/info') ? { data: [{ filename: 'pve-ssl.pem', fingerprint: 'AA:BB' }] } : null))).rejects.toMatchObject({ fault: { message: expect.stringContaining('pve-root-ca.pem') as string } });
});

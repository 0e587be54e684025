import { afterEach, expect, test } from 'vitest';
import { registerSecret } from '../../record/scrub.ts';
import { SshError } from '../../transports/ssh-error.ts';
import type { ExecResult, SshFleet } from '../../transports/ssh.ts';
import { quorateView } from './quorate-view.ts';
import { replayedCluster } from './testing.ts';
import type { ReplayedCluster } from './testing.ts';
import { votesOf } from './votes.ts';

let replayed: ReplayedCluster | null = null;
afterEach(async () => replayed?.close());

/** Invented in the form that corosync-quorumtool documents: three nodes and a QDevice. */
const withDevice = `Votequorum information
----------------------
Expected votes:   4
Highest expected: 4
Total votes:      4
Quorum:           3
Flags:            Quorate Qdevice

Membership information
----------------------
    Nodeid      Votes    Qdevice Name
0x00000001          1    A,V,NMW 192.0.2.11 (local)
0x00000002          1    A,V,NMW 192.0.2.12
0x00000003          1    A,V,NMW 192.0.2.13
0x00000000          1            Qdevice
`;

/** Only the endpoint's host is asked. */
function fleetOf(answer: () => Promise<ExecResult>): SshFleet {
  const host = { name: 'pve1', exec: answer, close: async () => undefined };
  return { hosts: new Map(['pve1', 'pve2', 'pve3'].map((name) => [name, { ...host, name }])), unreachable: () => new Map(), any: () => Promise.reject(new Error('not asked')), each: () => Promise.reject(new Error('not asked')), close: async () => undefined };
}

async function votes(fleet: SshFleet | null, device: object = {}): Promise<unknown> {
  replayed = await replayedCluster('timeline-hamigrate.txt', null, ({ call }) => (call === 'GET /cluster/config/qdevice' ? { data: device } : null));
  const { membership, endpoint } = await quorateView(replayed.context);
  return votesOf({ ...replayed.context, fleet }, membership, endpoint);
}

test('over ssh the node itself is believed, which counts a QDevice, as the API does not', async () => {
  expect(await votes(fleetOf(async () => ({ code: 0, stdout: withDevice, stderr: '', ms: 1 })))).toEqual({ expected: 4, present: 4, needed: 3, byNode: { pve1: 1, pve2: 1, pve3: 1 } });
});

test('without ssh the configured votes of the nodes online are counted', async () => {
  expect(await votes(null)).toEqual({ expected: 3, present: 3, needed: 2, byNode: { pve1: 1, pve2: 1, pve3: 1 } });
});

test('a way in that is shut is no lack while the API can tell', async () => {
  expect(await votes(fleetOf(() => Promise.reject(new SshError('unreachable', 'pve1', 'no way in'))))).toEqual({ expected: 3, present: 3, needed: 2, byNode: { pve1: 1, pve2: 1, pve3: 1 } });
});

test('what a node says instead is quoted without half a secret', async () => {
  registerSecret('half-secret-of-pvecm');
  await expect(votes(fleetOf(async () => ({ code: 1, stdout: '', stderr: `${'x'.repeat(190)}half-secret-of-pvecm`, ms: 1 })), { State: 'Connected' })).rejects.toThrow(/status 1: x{190}\[secret\]$/);
});

test('with a QDevice and without ssh the votes are unknown, never guessed', async () => {
  await expect(votes(null, { State: 'Connected' })).rejects.toThrow(/QDevice.*no ssh/);
});

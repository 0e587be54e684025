import { afterEach, describe, expect, test } from 'vitest';
import { recordedData } from '../../platforms/proxmox/testing/recorded.ts';
import type { StandInAnswer, StandInRequest } from '../../platforms/proxmox/testing/stand-in.ts';
import { liveMigrate } from './live-migrate.ts';
import { replayedCluster } from './testing.ts';
import type { ReplayedCluster } from './testing.ts';

let replayed: ReplayedCluster;
afterEach(() => replayed.close());

const current = 'GET /nodes/{node}/qemu/{vmid}/status/current';
const precheck = { running: 1, allowed_nodes: ['pve1', 'pve3'], local_disks: [] as object[], local_resources: [] as string[] };
/** The log is that of another recorded migration: nobody read this one's. */
const recordedLog = { data: recordedData('migrate100-nonha-log') };

function besides({ call, values }: StandInRequest): StandInAnswer | null {
  switch (call) {
    case 'GET /nodes/{node}/qemu/{vmid}/migrate': return { data: precheck };
    case 'POST /nodes/{node}/qemu/{vmid}/migrate': return { data: recordedData('hamigrate100') };
    case 'GET /nodes/{node}/tasks/{upid}/log': return values['upid']?.includes(':qmigrate:') === true ? recordedLog : { data: [{ n: 1, t: 'Requesting HA migration for VM 100 to node pve3' }, { n: 2, t: 'TASK OK' }] };
    default: return null;
  }
}

/** The recorded migration of a guest under HA from pve2 to pve3, with other answers where `special` has one. */
async function open(special: (request: StandInRequest) => StandInAnswer | null = () => null): Promise<ReplayedCluster> {
  return (replayed = await replayedCluster('timeline-hamigrate.txt', null, (request) => special(request) ?? besides(request)));
}

const posts = (): string[] => replayed.cluster.asked.filter((line) => line.includes(' POST '));
const fault = async (target: string, guest = 'web') => liveMigrate(replayed.context, guest, target).then((operation) => operation.done).then(() => expect.fail('it went well'), (error: unknown) => (error as { fault?: object }).fault ?? error);

describe('a guest under HA, replayed', () => {
  test('is followed to its arrival through the real task, which tells the downtime', async () => {
    const { context, clock } = await open();
    const operation = await liveMigrate(context, 'web', 'pve3');
    await operation.underWay;
    expect(clock.now()).toBeLessThan(30_000);
    expect(await operation.done).toEqual({ from: 'pve2', to: 'pve3', downtimeMs: 101, totalMs: 16_000, proof: 'hypervisor', source: 'log of UPID:pve2:0000037F:00049F42:6B008DF7:qmigrate:100:root@pam:' });
    // Not with the hamigrate's OK at 11 s, not with the row that flips at 37 s, not with the qmigrate's OK at 57 s.
    expect(clock.now()).toBeGreaterThan(59_500);
    expect(clock.now()).toBeLessThan(75_000);
    expect(posts()).toEqual(['pve1 POST /nodes/pve2/qemu/100/migrate target=pve3&online=1']);
    expect(operation.log().join('\n')).toMatch(/hamigrate[\s\S]*qmigrate[\s\S]*HA says migrate[\s\S]*downtime 101 ms[\s\S]*TASK OK/);
  });

  test('that the manager lets lie is a failure of the cluster, with where to look', async () => {
    await open(({ call }) => (call === 'GET /nodes/{node}/tasks' ? { data: [] } : call === 'GET /cluster/ha/status/current' ? { data: recordedData('ha-current-after-failover') } : null));
    expect(await fault('pve3')).toMatchObject({ blame: 'cluster', message: expect.stringContaining('pve-ha-crm on pve1') as string });
  });

  test('whose start was not answered is not started again, and is found by its task', async () => {
    await open(({ call }) => (call.startsWith('POST') ? { status: 596, reason: 'Connection timed out' } : null));
    const operation = await liveMigrate(replayed.context, 'web', 'pve3');
    await expect(operation.done).resolves.toMatchObject({ to: 'pve3' });
    expect(posts()).toHaveLength(1);
  });

  test('whose start was not answered and cannot be found is unknown, not failed', async () => {
    await open(({ call }) => (call.startsWith('POST') ? { status: 596, reason: 'Connection timed out' } : call === 'GET /nodes/{node}/tasks' ? { data: [] } : null));
    expect(await fault('pve3')).toMatchObject({ blame: 'unknown', impact: 'It may have been moved.' });
    expect(posts()).toHaveLength(1);
  });
});

describe('a guest without HA', () => {
  const upid = String(recordedData('migrate100-nonha')).replaceAll('pve1', 'pve2');
  const direct = (exitstatus: string, uptime: number) => (request: StandInRequest): StandInAnswer | null => {
    if (request.call.startsWith('POST')) return { data: upid };
    if (request.call.endsWith('{upid}/status')) return { data: { status: 'stopped', exitstatus } };
    return request.call === current && request.node === 'pve3' ? { data: { status: 'running', qmpstatus: 'running', uptime } } : null;
  };

  test('is followed by its own task', async () => {
    await open(direct('OK', 1100));
    await expect((await liveMigrate(replayed.context, 'web', 'pve3')).done).resolves.toMatchObject({ from: 'pve2', to: 'pve3', downtimeMs: 101, source: `log of ${upid}` });
  });

  test('whose task failed was not moved', async () => {
    await open(direct('migration aborted', 1100));
    expect(await fault('pve3')).toMatchObject({ blame: 'cluster', message: expect.stringContaining('migration aborted') as string });
  });

  test('whose process is younger than before was started anew, though the task is OK', async () => {
    await open(direct('OK', 3));
    expect(await fault('pve3')).toMatchObject({ blame: 'cluster', message: expect.stringContaining('started anew') as string });
  });

  test('whose log shows no live migration was moved as a dead disk', async () => {
    await open((request) => (request.call.endsWith('{upid}/log') ? { data: [{ n: 1, t: 'TASK OK' }] } : direct('OK', 1100)(request)));
    expect(await fault('pve3')).toMatchObject({ message: expect.stringContaining('no live migration') as string });
  });
});

describe('a move that makes no sense is refused, and nothing is sent', () => {
  const stopped = { data: { status: 'stopped', qmpstatus: 'stopped', uptime: 0 } };
  test.each<[string, string, string, string, string, (request: StandInRequest) => StandInAnswer | null]>([
    ['to where it is', 'web', 'pve2', 'tool', 'already', () => null],
    ['to a node that is none', 'web', 'no-such-node', 'tool', 'no member', () => null],
    ['of a guest that is none', '"; rm -rf / #<script>', 'pve3', 'tool', 'lists no guest', () => null],
    ['of a guest that is off: it would be moved offline and called OK', 'web', 'pve3', 'cluster', 'not running', ({ call }) => (call === current ? stopped : null)],
    ['of a guest that is off, of which QEMU says nothing', 'web', 'pve3', 'cluster', 'not running', ({ call }) => (call === current ? { data: { status: 'stopped', uptime: 0 } } : null)],
    ['of a guest whose storage is lost', 'web', 'pve3', 'cluster', 'io-error', ({ call }) => (call === current ? { data: { status: 'running', qmpstatus: 'io-error', uptime: 9 } } : null)],
    ['of a guest under backup', 'web', 'pve3', 'cluster', 'locked (backup)', ({ call }) => (call === current ? { data: { status: 'running', qmpstatus: 'running', uptime: 9, lock: 'backup' } } : null)],
    ['of a guest with a local disk', 'web', 'pve3', 'cluster', 'local:iso/x.iso', ({ call }) => (call.startsWith('GET') && call.endsWith('/migrate') ? { data: { ...precheck, local_disks: [{ volid: 'local:iso/x.iso' }] } } : null)],
    ['of a guest with a device of its node', 'web', 'pve3', 'cluster', 'hostpci0', ({ call }) => (call.startsWith('GET') && call.endsWith('/migrate') ? { data: { ...precheck, local_resources: ['hostpci0'] } } : null)],
    ['to a node where another guest is that HA keeps apart from it', 'web', 'pve3', 'cluster', 'HA keeps it apart from vm:101', ({ call }) => (call.startsWith('GET') && call.endsWith('/migrate') ? { data: { ...precheck, allowed_nodes: ['pve1'], not_allowed_nodes: { pve1: {}, pve3: { 'blocking-ha-resources': [{ sid: 'vm:101', cause: 'resource-affinity' }] } } } } : null)],
    ['to a node that lacks its storage', 'web', 'pve3', 'cluster', 'pve3 does not have the storage fast', ({ call }) => (call.startsWith('GET') && call.endsWith('/migrate') ? { data: { ...precheck, allowed_nodes: ['pve1'], not_allowed_nodes: { pve3: { unavailable_storages: ['fast'] } } } } : null)],
    ['of a guest that HA moves another one along with', 'web', 'pve3', 'cluster', 'HA would move vm:101 along', ({ call }) => (call.startsWith('GET') && call.endsWith('/migrate') ? { data: { ...precheck, 'dependent-ha-resources': ['vm:101'] } } : null)],
    ['of a guest that the account does not see', 'web', 'pve3', 'cluster', 'may not see it', ({ call }) => (call === 'GET /cluster/resources' ? { data: [] } : null)],
    ['without quorum', 'web', 'pve3', 'cluster', 'quorum', ({ call }) => (call === 'GET /cluster/status' ? { data: recordedData('noquorum-cluster-status') } : null)],
    ['without the right to see', 'web', 'pve3', 'tool', 'Sys.Audit', ({ call }) => (call === 'GET /cluster/ha/status/current' ? { status: 403, reason: 'Permission check failed (/, Sys.Audit)' } : null)],
  ])('%s', async (_what, guest, target, blame, words, special) => {
    await open(special);
    expect(await fault(target, guest)).toMatchObject({ blame, target: guest, message: expect.stringContaining(words) as string, impact: 'Nothing was done.' });
    expect(posts()).toEqual([]);
  });

  test.each([['qemu', 'is a vm on the cluster'], ['lxc', 'Proxmox VE cannot move a running one']])('of a container that is %s on the cluster', async (type, words) => {
    const { context } = await open(({ call }) => (call === 'GET /cluster/resources' ? { data: [{ type, vmid: 100, node: 'pve2', name: 'guest100' }] } : null));
    const guests = context.environment.guests.map((guest) => ({ ...guest, kind: 'container' as const }));
    await expect(liveMigrate({ ...context, environment: { ...context.environment, guests } }, 'web', 'pve3')).rejects.toMatchObject({ fault: { blame: 'tool', message: expect.stringContaining(words) as string } });
    expect(posts()).toEqual([]);
  });
});

import { afterEach, describe, expect, test } from 'vitest';
import type { Environment } from '../../environment/environment.ts';
import { endAll, play } from '../../platforms/proxmox/testing/model/play.ts';
import type { ModelOptions } from '../../platforms/proxmox/testing/model/model-cluster.ts';
import { allRights } from '../../platforms/proxmox/testing/stand-in.ts';
import type { StandInRequest } from '../../platforms/proxmox/testing/stand-in.ts';
import type { ProxmoxContext } from './context.ts';
import { readPrerequisites } from './prerequisites.ts';
import { contextOfModel, environment as recorded, shellsOf } from './testing.ts';

afterEach(endAll);

type Found = [title: string, ok: boolean | null, detail: string];

async function findings(options: Omit<ModelOptions, 'clock'> = {}, change: Partial<ProxmoxContext> = {}, faults: Environment['allow']['faults'] = []): Promise<Found[]> {
  const played = await play(options);
  const environment = { ...recorded, allow: { ...recorded.allow, faults } };
  const found = await readPrerequisites({ ...contextOfModel(played), settings: { backup: { storage: 'shared', mode: 'snapshot' } }, fleet: shellsOf(played).fleet, environment, ...change });
  return found.map(({ title, ok, detail }) => [title, ok, detail]);
}

const bad = (found: readonly Found[]): Found[] => found.filter(([, ok]) => ok !== true);

test('a cluster as it should be has nothing against it, and each node, the guest, the storage and the account were looked at', async () => {
  const found = await findings();
  expect(bad(found)).toEqual([]);
  for (const title of ['the account has the privileges that the rows need', 'HA and the watchdog run on pve1', 'backups can be written on pve2', 'replication from pve3 is current', 'ZFS pools of pve2 are whole', 'pve1 answers over ssh', 'disks of web are on storage that other nodes have', 'web may be migrated live', 'the agent in web answers', 'ceph bears the loss of a disk']) expect(found.map(([each]) => each)).toContain(title);
});

const without = (...privileges: string[]): NonNullable<ModelOptions['rights']> => ({ '/': (allRights['/'] ?? []).filter((privilege) => !privileges.includes(privilege)) });

describe('the account', () => {
  test('lacks a privilege: it is named with what it is for', async () => {
    expect(bad(await findings({ rights: without('VM.Migrate') }))).toEqual([['the account has the privileges that the rows need', false, expect.stringContaining('VM.Migrate on /vms is missing') as string], ['web may be migrated live', null, expect.stringContaining('403') as string]]);
  });

  test('needs no right to shut nodes down where nothing allows it', async () => {
    expect(bad(await findings({ rights: without('Sys.PowerMgmt') }))).toEqual([]);
    expect(bad(await findings({ rights: without('Sys.PowerMgmt') }, {}, ['node-shutdown']))).toHaveLength(1);
  });

  test('needs no right over OSDs: nothing is asked of them by the API', async () => {
    expect(bad(await findings({ rights: without('Sys.Modify') }, { fleet: null }, ['disk-removal']))).toEqual([]);
  });
});

/** One answer of the API in place of the model's. */
const instead = (call: string, data: unknown) => ({ answer: (request: StandInRequest) => (request.call === call ? { data } : null) });

describe('what stands against the rows is found, and nothing else is said for it', () => {
  test.each<[string, Parameters<typeof findings>, string[]]>([
    ['a resource manager that does not run', [instead('GET /nodes/{node}/services', ['corosync', 'pve-cluster', 'pve-ha-crm'].map((service) => ({ service, state: 'running' })).concat({ service: 'pve-ha-lrm', state: 'dead' }))], ['HA and the watchdog run on pve1', 'HA and the watchdog run on pve2', 'HA and the watchdog run on pve3']],
    ['a disk that only its node has', [{ guests: [{ vmid: '100', node: 'pve3', config: { name: 'web', agent: '1', scsi0: 'local:100/vm-100-disk-0.raw,size=1G' } }] }], ['disks of web are on storage that other nodes have']],
    ['a guest without an agent', [{ guests: [{ vmid: '100', node: 'pve3', config: { name: 'web', scsi0: 'shared:100/vm-100-disk-0.raw,size=1G' } }] }], ['the agent in web answers']],
    ['a device of its node', [instead('GET /nodes/{node}/qemu/{vmid}/migrate', { running: 1, local_disks: [], local_resources: ['hostpci0'], allowed_nodes: ['pve1', 'pve2'] })], ['web may be migrated live']],
    ['a node that lacks a storage of the guest, where no way is open', [instead('GET /nodes/{node}/qemu/{vmid}/migrate', { running: 1, local_disks: [], local_resources: [], allowed_nodes: [], not_allowed_nodes: { pve1: { unavailable_storages: ['x'] }, pve2: { unavailable_storages: ['x'] } } })], ['web may be migrated live']],
    ['a storage that there is not', [{}, { settings: { backup: { storage: 'nowhere', mode: 'snapshot' } } }], ['backups can be written on pve1', 'backups can be written on pve2', 'backups can be written on pve3']],
    ['a pool that bears no loss', [instead('GET /nodes/{node}/ceph/pool', [{ pool: '1', pool_name: 'rbd1', type: 'replicated', size: 2, min_size: 2, application_metadata: { rbd: {} }, pg_num: 16 }])], ['ceph bears the loss of a disk']],
    ['a pool of ZFS without one of its devices', [{ answer: ({ call, node }: StandInRequest) => (node !== 'pve2' ? null : call === 'GET /nodes/{node}/disks/zfs' ? { data: [{ name: 'rpool', health: 'DEGRADED' }] } : call === 'GET /nodes/{node}/disks/zfs/{name}' ? { data: { name: 'rpool', state: 'DEGRADED' } } : null) }], ['ZFS pools of pve2 are whole']],
    ['a replication that fails', [instead('GET /nodes/{node}/replication', [{ id: '100-0', guest: 100, target: 'pve1', last_sync: 1, fail_count: 3, error: 'no route to host' }])], ['replication from pve1 is current', 'replication from pve2 is current', 'replication from pve3 is current']],
  ])('%s', async (_what, given, expected) => {
    expect(bad(await findings(...given)).map(([title, ok]) => [title, ok])).toEqual(expected.map((title) => [title, false]));
  });

  test('a way that only a rule of HA closes is no lack, and is said', async () => {
    const rules = [{ name: 'away', sids: ['vm:100', 'vm:101'], nodes: {}, strict: false, affinity: 'negative' as const }];
    const found = await findings({ guests: [{ vmid: '100', node: 'pve3' }, { vmid: '101', node: 'pve2' }], rules });
    expect(found.find(([title]) => title === 'web may be migrated live')).toEqual(['web may be migrated live', true, 'as far as the rules of HA let it; not to pve2 (HA keeps it apart from vm:101, which is there)']);
  });

  test('a guest whose backup this account may not restore blocks no other row: it is no lack of the ground', async () => {
    const guests = [{ vmid: '100', node: 'pve3', config: { name: 'web', agent: '1', args: '-device x', scsi0: 'shared:100/vm-100-disk-0.raw,size=1G' } }];
    expect(bad(await findings({ guests }, {}, ['backup-restore']))).toEqual([]);
  });

  test('what cannot be read is neither: nobody can tell', async () => {
    const answer = ({ call }: StandInRequest) => (call === 'GET /nodes/{node}/services' ? { status: 500, reason: 'got timeout' } : null);
    expect(bad(await findings({ answer })).map(([, ok]) => ok)).toEqual([null, null, null]);
  });
});

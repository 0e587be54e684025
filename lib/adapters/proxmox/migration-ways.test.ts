import { describe, expect, test } from 'vitest';
import { migrationPrecheck } from '../../platforms/proxmox/requests/guests.ts';
import { recordedData } from '../../platforms/proxmox/testing/recorded.ts';
import { closedWay, waysFrom } from './migration-ways.ts';

const read = (answer: unknown) => migrationPrecheck('pve2', '100').answer.parse(answer);
const recorded = recordedData('migrate-preconditions') as object;
/** In the shape of the source of 9.1 (API2/Qemu.pm, migrate_vm_precondition); invented. */
const apart = { sid: 'vm:101', cause: 'resource-affinity' };
const said = (changes: object) => read({ ...recorded, ...changes });

describe('what the source node says of a way beforehand is respected', () => {
  test('the recorded answer, whose allowed nodes stand among the others with nothing against them, closes no way', () => {
    expect(['pve1', 'pve3'].map((node) => closedWay(read(recorded), node))).toEqual([null, null]);
    expect(waysFrom(read(recorded), ['pve1', 'pve3'])).toEqual({ ok: true, detail: 'to every other node' });
  });

  test.each<[string, object, string]>([
    ['a service is there that a rule keeps apart', { 'blocking-ha-resources': [apart] }, 'HA keeps it apart from vm:101, which is there'],
    ['a rule about nodes forbids it, as 9.2 says', { 'blocking-ha-resources': [{ sid: 'vm:100', cause: 'node-affinity' }] }, 'a rule of HA about the nodes of vm:100 forbids it'],
    ['it lacks a storage', { unavailable_storages: ['local-zfs', 'iso'] }, 'pve1 does not have the storage local-zfs, iso'],
    ['it lacks a mapped device', { 'unavailable-resources': ['gpu'] }, 'pve1 has nothing mapped for gpu'],
  ])('a target is closed where %s', (_what, why, words) => {
    const precheck = said({ allowed_nodes: ['pve3'], not_allowed_nodes: { pve1: why, pve3: {} } });
    expect(closedWay(precheck, 'pve1')?.why).toBe(words);
    expect(closedWay(precheck, 'pve3')).toBeNull();
  });

  test('a target that is not among those that are allowed is closed, though nothing is said against it', () => {
    expect(closedWay(said({ allowed_nodes: ['pve3'], not_allowed_nodes: {} }), 'pve1')).toMatchObject({ why: 'the node that has it names only pve3' });
  });

  test('before PVE 9 no nodes are named for a guest that runs, and every way is open', () => {
    expect(closedWay(read({ running: 1, local_disks: [], local_resources: [] }), 'pve1')).toBeNull();
  });
});

describe('the ground', () => {
  test('is as it should be where only the rules of HA close a way, and says so', () => {
    expect(waysFrom(said({ allowed_nodes: ['pve3'], not_allowed_nodes: { pve1: { 'blocking-ha-resources': [apart] } }, 'dependent-ha-resources': ['vm:102'] }), ['pve1', 'pve3'])).toEqual({ ok: true, detail: 'as far as the rules of HA let it; not to pve1 (HA keeps it apart from vm:101, which is there); HA moves vm:102 along' });
  });

  test('lacks something where every node lacks a storage, and none is allowed', () => {
    const lacking = { unavailable_storages: ['local-zfs'] };
    expect(waysFrom(said({ allowed_nodes: [], not_allowed_nodes: { pve1: lacking, pve3: lacking } }), ['pve1', 'pve3'])).toEqual({ ok: false, detail: 'not to pve1: pve1 does not have the storage local-zfs, not to pve3: pve3 does not have the storage local-zfs' });
  });

  test('lacks nothing by a node that is none of the environment file', () => {
    expect(waysFrom(said({ allowed_nodes: ['pve1'], not_allowed_nodes: { pve4: { unavailable_storages: ['x'] } } }), ['pve1'])).toMatchObject({ ok: true });
  });
});

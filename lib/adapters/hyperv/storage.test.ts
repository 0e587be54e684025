import { describe, expect, test } from 'vitest';
import { storageReading, type StorageReading } from '../../platforms/hyperv/readings.ts';
import { playedStorage } from '../../platforms/hyperv/testing/played-storage.ts';
import { storageOperations, storageStates } from './storage.ts';

// The numbers of states, uses and job states, their words and the reasons of volumes are documented (MSFT_* classes, ClusterSharedVolumeState); names, sizes and which of them come together are invented.

const healthy = (): StorageReading => storageReading.parse(playedStorage(['hv1', 'hv2', 'hv3']));
const stateOf = (reading: StorageReading, wanted: readonly string[] = []) => storageStates(reading, wanted, (name) => name.replace('.example.test', ''))[0];

/** One of the first items of the lists, changed. */
function changed<K extends 'virtualDisks' | 'physicalDisks' | 'jobs' | 'volumes' | 'pools'>(list: K, changes: Partial<StorageReading[K][number]>): StorageReading {
  const reading = healthy();
  Object.assign(reading[list][0] ?? {}, changes);
  return reading;
}

describe('the pool as one storage', () => {
  test('a redirected volume of ReFS and a repair that completed are healthy', () => {
    expect(stateOf(healthy())).toMatchObject({ healthy: true, redundant: true, redundancyShare: 1, serving: true, repairing: false, copies: { wanted: 3, minimum: 1 }, detail: [] });
    expect(storageOperations(healthy())).toEqual([]);
  });

  test('a disk that was taken out: lost communication, degraded and serving', () => {
    const reading = changed('physicalDisks', { health: 1, op: [13] });
    Object.assign(reading.virtualDisks[0] ?? {}, { health: 1, op: [3] });
    reading.faults.push({ id: 'f', type: 'Microsoft.Health.FaultType.PhysicalDisk.LostCommunication', severity: 5, object: 'hv1-disk1', reason: 'Le disque ne répond plus.' });
    const state = stateOf(reading, ['hv1-disk1']);
    expect(state).toMatchObject({ healthy: false, redundant: false, serving: true, repairing: false });
    expect(state?.redundancyShare).toBeCloseTo(0.2);
    expect(state?.disks.find(({ id }) => id === 'hv1-disk1')).toEqual({ id: 'hv1-disk1', node: 'hv1', up: false, inUse: false });
    expect(state?.detail.join('\n')).toMatch(/Lost Communication[\s\S]*PhysicalDisk\.LostCommunication/);
  });

  test.each([
    ['running', 4, true],
    ['suspended: it is stuck, and not over', 5, false],
  ])('a repair that is %s keeps the storage from being redundant', (_what, state, repairing) => {
    expect(stateOf(changed('jobs', { state }))).toMatchObject({ redundant: false, repairing });
    expect(storageOperations(changed('jobs', { state }))).toHaveLength(1);
  });

  test.each<[string, StorageReading]>([
    ['a code that nobody knows beside OK', changed('virtualDisks', { op: [2, 53258] })],
    ['no code at all', changed('virtualDisks', { op: [] })],
    ['a warning', changed('virtualDisks', { health: 1 })],
  ])('%s is not whole', (_what, reading) => {
    expect(stateOf(reading)).toMatchObject({ healthy: false, redundant: false });
  });

  test('a disk that was retired is up and not in use', () => {
    expect(stateOf(changed('physicalDisks', { usage: 4 }))?.disks[0]).toMatchObject({ up: true, inUse: false });
  });

  test.each<[string, StorageReading]>([
    ['a virtual disk that is detached', changed('virtualDisks', { health: 2, op: [53250], detached: 3 })],
    ['a volume that is paused', changed('volumes', { state: 'Paused' })],
    ['a volume that is not available', changed('volumes', { state: 'Unavailable' })],
  ])('%s serves nothing', (_what, reading) => {
    expect(stateOf(reading)).toMatchObject({ serving: false });
  });

  test('a volume that is served over another node is healthy, and why it is so is told where that is not usual', () => {
    expect(stateOf(changed('volumes', { state: 'BlockRedirected', blockReason: 'NoDiskConnectivity' }))).toMatchObject({ healthy: true, serving: true, detail: ['volume Cluster Virtual Disk (Volume1) on hv1: BlockRedirected (NoDiskConnectivity)'] });
    expect(stateOf(changed('volumes', { state: 'FileSystemRedirected', fileSystemReason: 'IncompatibleFileSystemFilter, FileSystemReFs' }))?.detail).toEqual([expect.stringContaining('IncompatibleFileSystemFilter')]);
    expect(stateOf(changed('volumes', { state: 'BlockRedirected', blockReason: 'StorageSpaceNotAttached' }))?.detail).toEqual([]);
  });

  test('a job that ended badly is told', () => {
    expect(stateOf(changed('jobs', { state: 10 }))?.detail).toEqual(['storage job Volume1-Repair: exception']);
  });

  test('a disk is found by its unique id, its serial number or its name', () => {
    expect(stateOf(healthy(), ['hv1-disk1-unique'])?.disks[0]?.id).toBe('hv1-disk1-unique');
    expect(stateOf(healthy())?.disks[0]?.id).toBe('hv1-disk1');
  });

  test('without a pool there is no storage to tell of', () => {
    expect(storageStates({ ...healthy(), pools: [] }, [])).toEqual([]);
  });
});

describe('what the storage survives', () => {
  const of = (changes: Partial<StorageReading['virtualDisks'][number]>) => stateOf(changed('virtualDisks', changes));

  test.each<[string, Partial<StorageReading['virtualDisks'][number]>, number, 'node' | 'disk']>([
    ['a mirror of three, on nodes', {}, 3, 'node'],
    ['a mirror of two', { copies: 2, survives: 1 }, 2, 'node'],
    ['dual parity, which keeps one copy of the data', { copies: 1, survives: 2, resiliency: 'Parity' }, 3, 'node'],
    ['a simple disk', { copies: 1, survives: 0, resiliency: 'Simple' }, 1, 'node'],
    ['a mirror whose copies lie on disks, wherever those are', { domain: 1 }, 3, 'disk'],
    ['tiers, of which the weakest counts', { survives: null, domain: null, tiers: [{ resiliency: 'Mirror', survives: 2, domain: 3 }, { resiliency: 'Parity', survives: 1, domain: 3 }] }, 2, 'node'],
    ['one that does not say it', { survives: null, domain: null }, 1, 'disk'],
  ])('is told for %s', (_what, changes, wanted, holder) => {
    expect(of(changes)).toMatchObject({ copies: { wanted, minimum: 1 }, holder });
  });
});

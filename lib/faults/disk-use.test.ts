import { afterEach, describe, expect, it } from 'vitest';
import type { Hypervisor } from '../adapters/hypervisor.ts';
import type { StorageState } from '../adapters/storage-state.ts';
import { inventedSnapshot } from '../safety/invented-cluster.ts';
import { diskInsert, diskRemovalFault } from './disk.ts';
import type { InverseContext } from './fault.ts';
import { contextOf, environmentOf, fileSwitch } from './testing/world.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const storage: StorageState = { name: 'S2D', healthy: true, redundant: true, redundancyShare: 1, serving: true, repairing: false, copies: { wanted: 3, minimum: 1 }, disks: [], uses: { 'disk.1': 'Journal' }, detail: [] };

interface World {
  context: InverseContext;
  /** What the cluster was asked to take back. */
  readmitted: string[];
}

function world(platform: 'hyperv' | 'pacemaker', read: () => StorageState[]): World {
  const state = fileSwitch('present');
  closers.push(state.remove);
  const readmitted: string[] = [];
  const environment = { ...environmentOf([{ name: 'n1', address: '192.0.2.11', disks: [{ id: 'disk.1', hand: 'command', remove: state.set('removed'), insert: state.set('present'), status: state.show }] }]), platform };
  const hypervisor = {
    snapshot: async () => ({ ...inventedSnapshot(), storage: read() }),
    ...(platform === 'hyperv' ? { readmitDisk: async (disk: string, use: string) => {
      readmitted.push(`${disk} as ${use}`);
      return `${disk} was taken back`;
    } } : {}),
  } as unknown as Hypervisor;
  return { context: contextOf(environment, hypervisor), readmitted };
}

describe('a disk that the storage gives up while it is out', () => {
  it('is taken back into the use that stands in the journal', async () => {
    const { context, readmitted } = world('hyperv', () => [storage]);
    const undo = await diskRemovalFault(context.environment, 'n1', 'disk.1').prepare?.(context);
    expect(undo).toMatchObject({ inverse: 'disk-insert', version: 2, data: { node: 'n1', disk: 'disk.1', use: 'Journal' } });
    if (undo === undefined) throw new Error('the fault prepares an undo');
    expect(undo.manual.at(-1)).toBe("Get-PhysicalDisk | Where-Object { $_.SerialNumber, $_.UniqueId, $_.FriendlyName -contains 'disk.1' } | Set-PhysicalDisk -Usage Journal");
    expect(await diskInsert.keep?.(JSON.parse(JSON.stringify(undo)) as typeof undo, context)).toBe('disk.1 was taken back');
    expect(readmitted).toEqual(['disk.1 as Journal']);
  });

  it('is left alone where nobody could tell how it was used', async () => {
    const { context, readmitted } = world('hyperv', () => {
      throw new Error('no node answers');
    });
    const undo = await diskRemovalFault(context.environment, 'n1', 'disk.1').prepare?.(context);
    expect(undo?.data).toEqual({ node: 'n1', disk: 'disk.1' });
    if (undo === undefined) throw new Error('the fault prepares an undo');
    expect(await diskInsert.keep?.(undo, context)).toBeNull();
    expect(readmitted).toEqual([]);
  });

  it('is no matter where a storage uses what is back by itself: it is not asked', async () => {
    const { context } = world('pacemaker', () => expect.unreachable());
    const fault = diskRemovalFault(context.environment, 'n1', 'disk.1');
    expect(await fault.prepare?.(context)).toEqual(fault.undo);
    expect(await diskInsert.keep?.(fault.undo, context)).toBeNull();
  });
});

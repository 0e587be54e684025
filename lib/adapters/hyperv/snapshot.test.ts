import { describe, expect, test } from 'vitest';
import { refusals } from '../../safety/interlocks.ts';
import { takeSnapshot } from './snapshot.ts';
import { serveForTest } from './testing.ts';

// The numbers of states are documented (MSFT_StorageJob, MSFT_VirtualDisk); that a repair stays suspended, and all figures, are invented.

describe('a repair that is stuck', () => {
  test.each<[string, { health: number; op: number[] }]>([
    ['behind a virtual disk that lacks copies', { health: 1, op: [3] }],
    ['behind virtual disks that are all called whole', { health: 0, op: [2] }],
  ])('%s is an operation under way, and no disk and no node is taken while it lasts', async (_what, volume) => {
    const { cluster, context, environment: own } = await serveForTest();
    Object.assign((cluster.storage['virtualDisks'] as object[])[0] ?? {}, volume);
    const environment = { ...own, allow: { ...own.allow, faults: ['disk-removal', 'node-power'], nodes: ['hv1'] } };
    const rules = async (fault: string, disk: string | null): Promise<[string[], string[]]> => {
      const snapshot = await takeSnapshot(context, 'full');
      const found = refusals({ environment, intent: { fault, node: 'hv1', disk, guest: null }, snapshot, openFaults: 0, armedWith: 'HVCLUSTER', now: new Date(), ownAddresses: [], ownPlace: [] });
      return [found.map(({ rule }) => rule).filter((rule) => rule !== 'own place'), snapshot.operations];
    };
    // Suspended: it repairs nothing until somebody sees to it. A list of one job comes as the job.
    cluster.storage['jobs'] = { id: 'j2', name: 'Volume1-Repair', state: 5, percent: 40, total: '1000', done: '400' };
    expect(await rules('disk-removal', 'hv1-disk1')).toEqual([['redundancy'], ['storage job Volume1-Repair: suspended, 40 %']]);
    expect(await rules('node-power', null)).toEqual([['redundancy'], ['storage job Volume1-Repair: suspended, 40 %']]);
    // The same cluster behind it: what refused was the repair.
    cluster.storage['jobs'] = { id: 'j2', name: 'Volume1-Repair', state: 7, percent: 100, total: '1000', done: '1000' };
    Object.assign((cluster.storage['virtualDisks'] as object[])[0] ?? {}, { health: 0, op: [2] });
    expect(await rules('disk-removal', 'hv1-disk1')).toEqual([[], []]);
  });
});

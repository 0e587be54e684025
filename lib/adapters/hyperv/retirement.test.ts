import { afterEach, describe, expect, test } from 'vitest';
import { useDisk } from '../../platforms/hyperv/testing/played-storage.ts';
import { hypervHypervisor } from './connect-hyperv.ts';
import { expectedRetirement, readmitDisk } from './retirement.ts';
import { takeSnapshot } from './snapshot.ts';
import { serveCluster, type ServedCluster } from './testing.ts';

// The uses of a disk, their words and AutoRetire.DelayMs are documented; disks, figures and messages are invented.

const open: ServedCluster[] = [];
afterEach(async () => {
  for (const served of open.splice(0)) await served.close();
});

async function served(): Promise<ServedCluster> {
  const one = await serveCluster();
  open.push(one);
  return one;
}

const retire = ({ cluster }: ServedCluster, wanted = 'hv1-disk1'): void => void useDisk(cluster.storage, ({ serial }) => serial === wanted, 4);
const asked = ({ cluster }: ServedCluster): number => cluster.asked.filter((line) => line.endsWith(': readmit-disk')).length;

test('when a lost disk is given up is told by the settings, and waited for somewhat longer', async () => {
  const { context } = await served();
  expect(await expectedRetirement(context)).toMatchObject({ retiredMs: { lo: 900_000, hi: 1_020_000 }, waitMs: { retired: 1_200_000, repaired: 3_000_000 }, terms: expect.arrayContaining([expect.stringContaining('AutoRetire.DelayMs')]) as string[] });
});

test('a snapshot names the disks that the pool gave up, and how each is used', async () => {
  const one = await served();
  retire(one);
  const [storage] = (await takeSnapshot(one.context, 'storage')).storage;
  expect([storage?.givenUp, storage?.uses?.['hv1-disk1'], storage?.uses?.['hv1-disk2'], storage?.healthy]).toEqual([['hv1-disk1'], 'Retired', 'AutoSelect', false]);
});

describe('a disk that was retired while we had it out', () => {
  test('is taken back into its former use, and that alone', async () => {
    const one = await served();
    retire(one);
    retire(one, 'hv2-disk1');
    expect(await readmitDisk(one.context, 'hv1-disk1', 'Journal')).toMatch(/^hv1-disk1 was retired while it was out: taken back into use as Journal/);
    const [storage] = (await takeSnapshot(one.context, 'storage')).storage;
    expect([storage?.uses?.['hv1-disk1'], storage?.givenUp]).toEqual(['Journal', ['hv2-disk1']]);
    expect(await readmitDisk(one.context, 'hv1-disk1', 'Journal')).toBeNull();
    expect(asked(one)).toBe(1);
  });

  test.each<[string, (one: ServedCluster) => void, string]>([
    ['is not retired', () => undefined, 'AutoSelect'],
    ['is not back yet', (one) => {
      retire(one);
      Object.assign((one.cluster.storage['physicalDisks'] as object[])[0] ?? {}, { health: 1, op: [13] });
    }, 'AutoSelect'],
    ['was retired before', retire, 'Retired'],
    ['was used in a way that no disk is given', retire, 'Unknown'],
    ['cannot be told from another', (one) => {
      for (const disk of (one.cluster.storage['physicalDisks'] as { serial: string; usage: number }[]).slice(0, 2)) Object.assign(disk, { serial: 'hv1-disk1', usage: 4 });
    }, 'AutoSelect'],
  ])('is left alone when it %s', async (_what, arrange, use) => {
    const one = await served();
    arrange(one);
    expect(await readmitDisk(one.context, 'hv1-disk1', use)).toBeNull();
    expect(asked(one)).toBe(0);
  });

  test('that the pool does not take back is the pool\'s failure, with the command; an answer that is lost and obeyed is not', async () => {
    const one = await served();
    retire(one);
    one.cluster.intercept = (_node, script) => (script === 'readmit-disk' ? { error: { message: 'Le pool est en lecture seule.' } } : null);
    await expect(readmitDisk(one.context, 'hv1-disk1', 'AutoSelect')).rejects.toMatchObject({ message: expect.stringContaining('lecture seule') as string, fault: { blame: 'cluster', remedy: expect.stringContaining('Set-PhysicalDisk -UniqueId hv1-disk1-unique -Usage AutoSelect') as string } });
    one.cluster.intercept = (_node, script) => {
      if (script !== 'readmit-disk') return null;
      useDisk(one.cluster.storage, ({ serial }) => serial === 'hv1-disk1', 1);
      return 'drop';
    };
    expect(await readmitDisk(one.context, 'hv1-disk1', 'AutoSelect')).toContain('taken back into use as AutoSelect');
  });
});

test.each([[{ awaitRepair: true }, true], [{}, false], [undefined, false]])('with hyperv.disks %o the row waits for it: %s', async (disks, wanted) => {
  const one = await served();
  Object.assign(one.environment.platformOptions, { disks });
  const hypervisor = await hypervHypervisor(one.environment, one.context.fleet, new AbortController().signal);
  expect(hypervisor.capabilities().has('disk-retirement')).toBe(wanted);
});

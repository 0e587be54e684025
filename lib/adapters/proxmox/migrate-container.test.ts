import { afterEach, describe, expect, test } from 'vitest';
import type { Environment } from '../../environment/environment.ts';
import { endAll, play } from '../../platforms/proxmox/testing/model/play.ts';
import type { Played } from '../../platforms/proxmox/testing/model/play.ts';
import { liveMigrate } from './live-migrate.ts';
import { migrateContainer } from './migrate-container.ts';
import { contextOfModel, environment as recorded } from './testing.ts';

afterEach(endAll);

const environment: Environment = { ...recorded, guests: [...recorded.guests, { name: 'files', id: '200', kind: 'container', address: '192.0.2.81', probes: [] }] };
const withContainer = async (requested: 'started' | null = 'started'): Promise<Played> => play({ guests: [{ vmid: '100', node: 'pve3' }, { vmid: '200', node: 'pve1', kind: 'container', requested, config: { hostname: 'files', rootfs: 'shared:200/vm-200-disk-0.raw,size=1G' } }] });
const boot = ({ cluster }: Played): string | undefined => cluster.world.guests.get('200')?.process?.boot;

test.each([['under HA', 'started'], ['without HA', null]] as const)('a container %s is stopped, moved and started anew, and the real task is followed', async (_how, requested) => {
  const played = await withContainer(requested);
  const before = boot(played);
  const operation = await migrateContainer({ ...contextOfModel(played), environment }, 'files', 'pve2');
  expect(await operation.done).toEqual({ from: 'pve1', to: 'pve2', totalMs: 12_000, source: expect.stringContaining(':vzmigrate:200:') as string });
  expect(played.cluster.world.guests.get('200')).toMatchObject({ node: 'pve2', lock: null, process: { node: 'pve2' } });
  expect(boot(played)).not.toBe(before);
});

describe('nothing is begun', () => {
  test.each<[string, string, string, RegExp]>([
    ['for a VM, which can be moved while it runs', 'web', 'pve1', /web is a VM/],
    ['to where it is', 'files', 'pve1', /runs on pve1 already/],
    ['to a node that there is not', 'files', 'pve9', /pve9 cannot take a guest/],
  ])('%s', async (_what, name, target, words) => {
    const played = await withContainer();
    await expect(migrateContainer({ ...contextOfModel(played), environment }, name, target)).rejects.toMatchObject({ fault: { blame: 'tool', message: expect.stringMatching(words) as string } });
    expect(played.cluster.world.tasks).toEqual([]);
  });

  test('for a container that does not run: the cluster is to blame', async () => {
    const played = await play({ guests: [{ vmid: '200', node: 'pve1', kind: 'container', requested: 'stopped', config: { hostname: 'files' } }] });
    await expect(migrateContainer({ ...contextOfModel(played), environment }, 'files', 'pve2')).rejects.toMatchObject({ fault: { blame: 'cluster', message: expect.stringContaining('is not running on pve1') as string } });
  });

  test('live for a container, and the row for it is named', async () => {
    const played = await withContainer();
    await expect(liveMigrate({ ...contextOfModel(played), environment }, 'files', 'pve2')).rejects.toMatchObject({ fault: { remedy: expect.stringContaining('container-migration') as string } });
  });
});

test('a target that dies in the middle ends it as soon as the cluster says so', async () => {
  const played = await play({ guests: [{ vmid: '200', node: 'pve1', kind: 'container', config: { hostname: 'files' } }], work: { container: 300 } });
  const operation = await migrateContainer({ ...contextOfModel(played), environment }, 'files', 'pve2');
  operation.done.catch(() => undefined);
  await operation.underWay;
  await played.cluster.power('pve2', 'off');
  await expect(operation.done).rejects.toMatchObject({ fault: { blame: 'unknown', message: expect.stringContaining('pve2 left the cluster') as string } });
});

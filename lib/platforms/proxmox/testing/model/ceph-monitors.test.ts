import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { takeSnapshot } from '../../../../adapters/proxmox/snapshot.ts';
import { contextOfModel } from '../../../../adapters/proxmox/testing.ts';
import { cephStatus } from '../../requests/ceph.ts';
import { recordedData } from '../recorded.ts';
import { endAll, play } from './play.ts';

afterEach(endAll);

const shape = z.looseObject({ quorum: z.array(z.number()), quorum_names: z.array(z.string()), quorum_age: z.number(), election_epoch: z.number(), monmap: z.looseObject({ quorum: z.array(z.number()), mons: z.array(z.looseObject({ name: z.string() })) }), mgrmap: z.looseObject({ active_name: z.string(), available: z.boolean() }), health: z.looseObject({ checks: z.record(z.string(), z.looseObject({ summary: z.looseObject({ message: z.string() }) })) }) });
const read = async (played: Awaited<ReturnType<typeof play>>, endpoint = 'pve1') => shape.parse(await played.client.read(cephStatus(), { endpoint }));

test('monitors, their quorum and the manager are told in the shape that was recorded', async () => {
  const [recorded, told] = [shape.parse(recordedData('ceph-cluster-status-healthy')), await read(await play())];
  const keys = (of: object | undefined): string[] => Object.keys(of ?? {}).toSorted();
  expect(keys(told.monmap)).toEqual(keys(recorded.monmap));
  expect(keys(told.monmap.mons[0])).toEqual(keys(recorded.monmap.mons[0]));
  expect(keys(recorded.mgrmap)).toEqual(expect.arrayContaining(keys(told.mgrmap)));
  expect(told).toMatchObject({ quorum: [0, 1, 2], quorum_names: ['pve1', 'pve2', 'pve3'], monmap: { quorum: [0, 1, 2] }, mgrmap: { active_name: 'pve1', available: true } });
  expect(told.health.checks).toMatchObject(Object.fromEntries(Object.entries(recorded.health.checks).map(([name, { summary }]) => [name, { summary }])));
  expect(keys(told.health.checks)).toEqual(keys(recorded.health.checks));
});

describe('a node that is away takes its monitor along', () => {
  test('the others have quorum without it, warn, and the storage is not healthy until it is back', async () => {
    const played = await play();
    await played.cluster.power('pve1', 'off');
    await played.pass(60);
    expect(await read(played, 'pve2')).toMatchObject({ quorum_names: ['pve2', 'pve3'], mgrmap: { active_name: 'pve2' }, health: { checks: { MON_DOWN: { summary: { message: '1/3 mons down, quorum pve2,pve3' } } } } });
    const { storage: [ceph] } = await takeSnapshot(contextOfModel(played), 'storage');
    expect(ceph).toMatchObject({ healthy: false, serving: true, detail: expect.arrayContaining(['MON_DOWN: 1/3 mons down, quorum pve2,pve3']) as string[] });
    await played.cluster.power('pve1', 'on');
    await played.pass(120);
    expect((await takeSnapshot(contextOfModel(played), 'storage')).storage).toMatchObject([{ healthy: true, redundant: true }]);
  });

  test('of a minority nobody is told anything: what is left of the storage is unread, and not guessed', async () => {
    const played = await play();
    await played.cluster.link('pve2', false);
    await expect(read(played, 'pve2')).rejects.toMatchObject({ kind: 'refused', message: expect.stringContaining('its monitors have no quorum') as string });
    expect((await read(played)).quorum_names).toEqual(['pve1', 'pve3']);
    await played.cluster.power('pve3', 'off');
    await expect(read(played)).rejects.toThrow('got timeout');
    await played.pass(15);
    const { storage, unread } = await takeSnapshot(contextOfModel(played), 'storage');
    expect([storage, unread]).toEqual([[], [{ what: 'storage', why: expect.stringContaining('its monitors have no quorum') as string }]]);
  });
});

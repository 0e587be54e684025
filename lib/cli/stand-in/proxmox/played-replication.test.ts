import { expect, test } from 'vitest';
import { testClock } from '../../../platforms/proxmox/testing/clock.ts';
import { endAll, play } from '../../../platforms/proxmox/testing/model/play.ts';
import { playReplication } from './played-replication.ts';

test('a job is synchronised when it is due, and then the target has the disk', async () => {
  const { cluster: { world } } = await play({ guests: [{ vmid: '200', kind: 'container', node: 'pve3' }] });
  const clock = testClock(1_000_000);
  const synchronise = playReplication(world, [{ id: '200', target: 'pve1', volume: 'local:200/vm-200-disk-0.raw' }]);
  expect([...world.replicatedVolumes]).toEqual([]);
  const times: number[] = [];
  for (let minute = 0; minute < 31; minute += 1) {
    synchronise(clock.now() / 1000);
    times.push(world.replications[0]?.last_sync ?? 0);
    clock.advance(60_000);
  }
  expect([...new Set(times)]).toEqual([1000, 1900, 2800]);
  expect(world.replications).toMatchObject([{ guest: '200', source: 'pve3', target: 'pve1', next_sync: 3700 }]);
  expect([...world.replicatedVolumes]).toEqual(['pve1 local:200/vm-200-disk-0.raw']);
  await endAll();
});

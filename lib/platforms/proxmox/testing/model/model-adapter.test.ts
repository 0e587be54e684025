import { afterEach, expect, it } from 'vitest';
import { liveMigrate } from '../../../../adapters/proxmox/live-migrate.ts';
import { takeSnapshot } from '../../../../adapters/proxmox/snapshot.ts';
import { standingOf } from '../../../../adapters/proxmox/recovery.ts';
import type { Standing } from '../../../../adapters/proxmox/recovery.ts';
import { environment } from '../../../../adapters/proxmox/testing.ts';
import { openProxmox } from '../../client.ts';
import { clusterStatus } from '../../requests/cluster.ts';
import { guestNow } from '../../requests/guests.ts';
import { haCurrent } from '../../requests/ha.ts';
import { endAll, play, processOf } from './play.ts';
import type { Played } from './play.ts';

afterEach(endAll);

/** The adapter, by the model's time. */
const contextOf = ({ cluster }: Played) => ({ environment, client: openProxmox(cluster.standIn.target, cluster.clock.now), clock: cluster.clock, major: 9, ceph: { node: null }, withoutCeph: new Set<string>(), settings: {}, fleet: null });

it('an adapter sees a cluster at rest', async () => {
  const snapshot = await takeSnapshot(contextOf(await play()), 'full');
  expect(snapshot).toMatchObject({ quorate: true, failures: [], operations: [] });
  expect(snapshot.nodes.map(({ name, online, role }) => [name, online, role])).toEqual([['pve1', true, 'coordinator'], ['pve2', true, 'worker'], ['pve3', true, 'worker']]);
  expect(snapshot.guests).toEqual([expect.objectContaining({ name: 'web', haState: 'started', assignedTo: 'pve3', runningOn: ['pve3'] })]);
  expect(snapshot.storage).toEqual([expect.objectContaining({ healthy: true, redundant: true, serving: true })]);
});

it('an adapter follows a live migration through the queue of HA to its end', async () => {
  const played = await play();
  const operation = await liveMigrate(contextOf(played), 'web', 'pve2');
  expect(await operation.done).toMatchObject({ from: 'pve3', to: 'pve2', downtimeMs: 101, proof: 'hypervisor' });
  expect(processOf(played)).toBe('pve2');
});

it.each(['worker', 'coordinator'])('an adapter never calls a guest recovered before it runs, and does so soon after: its node was the %s', async (role) => {
  const node = role === 'worker' ? 'pve3' : 'pve1';
  const played = await play({ guests: [{ vmid: '100', node }] });
  const { cluster: { clock, power }, read } = played;
  const look = async (): Promise<Standing> => {
    const [membership, ha] = [await read(clusterStatus()), await read(haCurrent())];
    const guest = await read(guestNow(ha.services[0]?.node ?? '', 'vm', '100')).catch(() => null);
    return standingOf({ atMs: clock.now(), membership, ha, guest }, { sid: 'vm:100', node, faultAtMs });
  };
  await power(node, 'off');
  const faultAtMs = clock.now();
  let runningAtMs: number | null = null;
  for (;;) {
    const standing = await look();
    if (processOf(played) !== null) runningAtMs ??= clock.now();
    if (standing.running) {
      expect([standing.node, runningAtMs !== null]).toEqual([processOf(played), true]);
      break;
    }
    expect(clock.now() - faultAtMs).toBeLessThan(400_000);
    await clock.sleep(5000);
  }
  expect(clock.now() - (runningAtMs ?? 0)).toBeLessThanOrEqual(25_000);
});

import { afterEach, expect, it } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeSnapshot } from '../../adapters/proxmox/snapshot.ts';
import { environment as recorded } from '../../adapters/proxmox/testing.ts';
import type { CallOptions, Hypervisor, Snapshot } from '../../adapters/hypervisor.ts';
import { manualDiskRevival, reviveDisk } from '../../adapters/proxmox/revive-disk.ts';
import type { Environment } from '../../environment/environment.ts';
import { openProxmox } from '../../platforms/proxmox/client.ts';
import { acceleratedClock } from '../../platforms/proxmox/testing/clock.ts';
import { startModelCluster } from '../../platforms/proxmox/testing/model/model-cluster.ts';
import type { ModelCluster } from '../../platforms/proxmox/testing/model/model-cluster.ts';
import { answerCommand } from '../../platforms/proxmox/testing/model/node-commands.ts';
import { startParentOf } from '../../platforms/proxmox/testing/model/parent-of-model.ts';
import { openFleet } from '../../transports/ssh-fleet.ts';
import type { SshFleet } from '../../transports/ssh.ts';
import { serveSsh, testKey } from '../../transports/testing/ssh-server.ts';
import { diskInsert, diskRemovalFault } from '../disk.ts';
import { nodePowerFault, powerOn } from '../power.ts';
import { contextOf, secretOf } from '../testing/world.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** So much faster does the cluster live; the hands and the adapter go by the machine's time. */
const factor = 60;

async function nestedCluster(): Promise<{ cluster: ModelCluster; environment: Environment; look: () => Promise<Snapshot | null> }> {
  const cluster = await startModelCluster({ clock: acceleratedClock(factor) });
  const parent = await startParentOf(cluster);
  closers.push(() => cluster.close(), () => parent.close());
  const [endpoint] = parent.standIn.target.endpoints;
  const { credentials } = parent.standIn.target;
  if (endpoint === undefined || credentials.kind !== 'token') throw new Error('the parent has no endpoint or no token');
  const nodes = recorded.nodes.map((node, index) => ({
    ...node,
    power: { hand: 'parent-proxmox' as const, url: `https://127.0.0.1:${endpoint.port ?? 0}`, credentials: secretOf(credentials.token, 'env:PARENT'), fingerprint: endpoint.fingerprint ?? '', guest: parent.guestOf(node.name) },
    disks: [{ id: `osd.${index}`, hand: 'parent-proxmox' as const, ...parent.driveOf(String(index)) }],
  }));
  const context = { environment: recorded, client: openProxmox(cluster.standIn.target), clock: cluster.clock, major: 9, ceph: { node: null }, withoutCeph: new Set<string>(), settings: {}, fleet: null };
  // A reading that a death interrupts is no reading.
  return { cluster, environment: { ...recorded, nodes }, look: async () => takeSnapshot(context, 'full').catch(() => null) };
}

/** Looks until it holds; the model and its endpoints go on meanwhile. */
async function until(cluster: ModelCluster, look: () => Promise<Snapshot | null>, holds: (snapshot: Snapshot) => boolean): Promise<Snapshot> {
  for (;;) {
    await cluster.settle();
    const snapshot = await look();
    if (snapshot !== null && holds(snapshot)) return snapshot;
    await sleep(100);
  }
}

it('a nested node loses its power on its parent: the guest is recovered by HA, the node comes back by the undo and takes nothing with it', async () => {
  const { cluster, environment, look } = await nestedCluster();
  const context = contextOf(environment);
  const fault = nodePowerFault(environment, 'pve3', 'worker');
  expect((await until(cluster, look, () => true)).guests[0]?.runningOn).toEqual(['pve3']);
  await fault.apply(context);
  expect(await fault.confirmed(context)).toBe(true);
  const recovered = await until(cluster, look, ({ guests }) => guests[0]?.haState === 'started' && guests[0].runningOn.length > 0 && !guests[0].runningOn.includes('pve3'));
  expect(recovered.nodes.find(({ name }) => name === 'pve3')?.online).toBe(false);
  await powerOn.revert(fault.undo, context);
  expect(await powerOn.verify(fault.undo, context)).toBe(true);
  const back = await until(cluster, look, ({ nodes, storage }) => nodes.every(({ online }) => online) && storage.every(({ redundant }) => redundant));
  expect(back.guests[0]?.runningOn).toEqual(recovered.guests[0]?.runningOn);
}, 120_000);

/** The adapter, as far as a disk that is back needs it, with a way into one node by ssh or without. */
async function adapterWith(cluster: ModelCluster, node: string | null): Promise<Hypervisor> {
  let fleet: SshFleet | null = null;
  if (node !== null) {
    const server = await serveSsh((command, channel) => void answerCommand(cluster, node, command).then(({ code, stdout, stderr }) => {
      channel.stderr.write(stderr);
      channel.write(stdout);
      channel.exit(code);
      channel.end();
    }), { hostKeys: [testKey()] });
    fleet = openFleet([{ name: node, address: '127.0.0.1' }], { user: 'root', port: server.port, key: testKey().private, knownHosts: server.knownHosts() }, { signal: new AbortController().signal });
    const { close } = fleet;
    closers.push(() => server.close(), close);
  }
  return { reviveDisk: async (at: string, disk: string, options?: CallOptions) => reviveDisk({ fleet }, at, disk, options), manualDiskRevival } as unknown as Hypervisor;
}

it('a nested node loses a disk on its parent: the storage notices, serves, and is redundant again once its OSD, which systemd had given up, is looked after', async () => {
  const { cluster, look, environment } = await nestedCluster();
  const context = contextOf(environment, await adapterWith(cluster, 'pve2'));
  const fault = diskRemovalFault(environment, 'pve2', 'osd.1');
  const undo = (await fault.prepare?.(context)) ?? fault.undo;
  expect(undo.manual).toEqual([expect.stringContaining('# On the parent of pve2') as string, expect.stringContaining('qm set') as string, expect.stringContaining('systemctl status ceph-osd@1') as string, expect.stringContaining('vgchange -an VG') as string, expect.stringContaining('systemctl start ceph-osd@1') as string]);
  await fault.apply(context);
  expect(await fault.confirmed(context)).toBe(true);
  // The disk is seen to be down first, then the groups peer, then they serve with fewer copies.
  const degraded = await until(cluster, look, ({ storage }) => storage.every(({ serving, redundancyShare }) => serving && redundancyShare < 1));
  expect(degraded.storage).toEqual([expect.objectContaining({ redundant: false, redundancyShare: 0 })]);
  await diskInsert.revert(undo, context);
  expect(await diskInsert.verify(undo, context)).toBe(true);
  expect(await diskInsert.keep?.(undo, contextOf(environment, await adapterWith(cluster, null)))).toBeNull();
  expect(cluster.world.osds.find(({ id }) => id === '1')).toMatchObject({ present: true, stopped: true });
  expect(await diskInsert.keep?.(undo, context)).toMatch(/^osd\.1 did not run though its disk is back \(failed\)/);
  await until(cluster, look, ({ storage }) => storage.every(({ redundant, healthy }) => redundant && healthy));
  expect(await diskInsert.keep?.(undo, context)).toBeNull();
}, 120_000);

/** A stand-in for a Hyper-V failover cluster, nested on a host that is played, too: real ssh, probes and hands, a cluster behind them that lives fast. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testKey } from '../../../transports/testing/ssh-server.ts';
import { launchStandIn, linesOf } from '../launch.ts';
import type { Launched } from '../launch.ts';
import { addressOf } from '../network.ts';
import { hypervStandInCluster, hypervStandInName, writeHypervEnvironment } from './environment-file.ts';
import type { HypervOrders } from './orders.ts';
import { readWorld, type HypervWorld } from './world.ts';

export interface HypervStandIn extends Launched {
  /** What the host of the nodes was told, as `node: action`. */
  told(): string[];
  world(): HypervWorld;
}

export interface HypervStandInOptions extends Partial<Pick<HypervOrders, 'times' | 'work'>> {
  /** What the environment file says of backups; by default guests are exported. */
  backup?: object;
  /** `hyperv.disks` of the environment file. */
  disks?: object;
  /** The machine that the environment file takes a node for, where that is another one's. */
  guestOf?: Readonly<Record<string, string>>;
}

const nodes = ['hv1', 'hv2', 'hv3'].map((name, index) => ({ name, address: addressOf(11 + index) }));
/** The cluster has another role, which the environment file does not name. */
const guests = [{ role: 'web', name: 'web', address: addressOf(80) }];
const parent = addressOf(5);

/** Starts it. Needs root and ip(8): see `noNetworkReason` of lib/probes. */
export async function startHypervStandIn({ times = {}, work = {}, guestOf = {}, disks = {}, backup = { directory: String.raw`C:\ClusterStorage\Volume1\ha-acceptance` } }: HypervStandInOptions = {}): Promise<HypervStandIn> {
  const [hostKey, userKey] = [testKey(), testKey()];
  const parts = { nodes, guests, parent, hostKey: hostKey.private, times, work };
  const launched = await launchStandIn({
    name: hypervStandInName, cluster: hypervStandInCluster, program: new URL('./cluster-process.ts', import.meta.url),
    addresses: [parent, ...nodes.map(({ address }) => address), ...guests.map(({ address }) => address)],
    orders: (target) => {
      appendFileSync(join(target, 'told'), '');
      mkdirSync(join(target, 'ports'));
      for (const { name } of nodes) writeFileSync(join(target, 'ports', name), '');
      return { ...parts, folder: target } satisfies HypervOrders;
    },
  });
  const { target, environments } = launched;
  writeHypervEnvironment(environments, { ...parts, folder: target }, { key: userKey.private, backup, disks, guestOf, knownHosts: [parent, ...nodes.map(({ address }) => address)].map((address) => `${address} ${hostKey.line}\n`).join('') });
  return { ...launched, told: () => linesOf(join(target, 'told')) as string[], world: () => readWorld(target) };
}

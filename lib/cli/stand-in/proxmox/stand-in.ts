/** A stand-in for a cluster of Proxmox VE, for whole runs in accelerated time: real TLS, ssh, probes and hands, a model of the cluster behind them. */
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { standInLogin } from '../../../platforms/proxmox/testing/stand-in-access.ts';
import { sha256Fingerprint } from '../../../transports/fingerprint.ts';
import { selfSigned } from '../../../transports/testing/certificate.ts';
import { testKey } from '../../../transports/testing/ssh-server.ts';
import { launchStandIn, linesOf } from '../launch.ts';
import type { Launched } from '../launch.ts';
import { addressOf } from '../network.ts';
import { loginVariable, proxmoxDisks, proxmoxStandInCluster, proxmoxStandInName, writeProxmoxEnvironment } from './environment-file.ts';
import type { ProxmoxOrders, ProxmoxReady } from './orders.ts';
import { askedRequests, furnishWays, spoilWay, undoneWays } from './spoilt-ways.ts';
import type { AskedRequest, SpoiltWay } from './spoilt-ways.ts';
import { readWorld } from './world.ts';
import type { ProxmoxWorld } from './world.ts';

export interface ProxmoxStandInOptions {
  /** Default 20. */
  factor?: number;
  /** With a container beside the VM; `replicated`: its disk is pve3's own, and pve1 has a replica. Default: none. */
  container?: 'shared' | 'replicated';
  /** Default: the platform's, `conditional`. */
  shutdownPolicy?: ProxmoxOrders['shutdownPolicy'];
  work?: ProxmoxOrders['work'];
  /** With a mirror of ZFS on pve1, whose disks the environment file names before the OSDs. Default: no node has ZFS. */
  mirror?: boolean;
  /** HA prefers this node for the VM, and takes it home there. Default: no rule. */
  home?: string;
  /** HA keeps the VM and the container apart. Default: no rule. */
  apart?: boolean;
  /** A mutant: a node that died as the target of a migration runs the guest as well when it is back. */
  twice?: boolean;
  /** Its ways may be spoilt, and every 401 and 595 comes as late as it really does. */
  hostile?: boolean;
  /** The harness signs in with user and password, for tickets. Default: with a token. */
  byTicket?: boolean;
  /** Nodes that faults are allowed on. Default: all. */
  allowed?: readonly string[];
  /** Nodes whose endpoints the environment file names, the one that is asked first before the others. Default: all. */
  endpoints?: readonly string[];
}

export interface ProxmoxStandIn extends Launched {
  /** Disks that are out of their slots and nodes that are not connected, seen with our own eyes. */
  away(): string[];
  /** Commands that the nodes were given over ssh. */
  commands(): { node: string; command: string }[];
  world(): ProxmoxWorld;
  /** Spoils a way of a hostile one from now on, or no more (null). */
  spoil(name: string, way: SpoiltWay | null): void;
  /** Names of what is still to be spoilt. */
  unspoilt(): string[];
  /** What the endpoints of a hostile one were asked so far. */
  asked(): AskedRequest[];
}

const nodes = ['pve1', 'pve2', 'pve3'].map((name, index) => ({ name, address: addressOf(11 + index), bmc: addressOf(21 + index) }));
const vm: ProxmoxOrders['guests'][number] = { id: '100', name: 'web', kind: 'vm', node: 'pve2', address: addressOf(80), config: { memory: '192', scsi0: 'shared:100/vm-100-disk-0.raw,size=1G', net0: 'virtio=BC:24:11:AA:23:53,bridge=vmbr0' } };
const container: ProxmoxOrders['guests'][number] = { id: '200', name: 'files', kind: 'container', node: 'pve3', address: addressOf(81), config: { hostname: 'files', rootfs: 'shared:200/vm-200-disk-0.raw,size=1G' } };

/** A disk on storage that each node has for itself. */
const ownVolume = 'local:200/vm-200-disk-0.raw';

/** What its process finds: every disk in its slot, every node connected. */
function furnish(target: string, disks: readonly { id: string }[]): void {
  for (const place of ['slots', 'drawer', 'ports', 'ways']) mkdirSync(join(target, place));
  for (const { name } of nodes) writeFileSync(join(target, 'ports', name), '');
  for (const { id } of disks) writeFileSync(join(target, 'slots', id), 'content');
  appendFileSync(join(target, 'commands'), '');
  furnishWays(target);
}

/** Starts it. Needs root and ip(8): see `noNetworkReason` of lib/probes. */
export async function startProxmoxStandIn({ factor = 20, container: kept, shutdownPolicy = 'conditional', work = {}, mirror = false, home, apart = false, twice = false, hostile = false, byTicket = false, endpoints = nodes.map(({ name }) => name), allowed = nodes.map(({ name }) => name) }: ProxmoxStandInOptions = {}): Promise<ProxmoxStandIn> {
  // The rows that take one guest take the last one.
  const guests = kept === undefined ? [vm] : kept === 'shared' ? [vm, container] : [{ ...container, config: { ...container.config, rootfs: `${ownVolume},size=1G` } }, vm];
  const replicated = kept === 'replicated' ? [{ id: container.id, target: 'pve1', volume: ownVolume }] : [];
  const mirrors = mirror ? [{ node: 'pve1', name: 'tank', disks: ['tank-a', 'tank-b'] }] : [];
  const rules: ProxmoxOrders['rules'] = [
    ...(home === undefined ? [] : [{ name: 'home', sids: [`vm:${vm.id}`], nodes: { [home]: 1 }, strict: false }]),
    ...(apart ? [{ name: 'away', sids: [`vm:${vm.id}`, `ct:${container.id}`], nodes: {}, strict: false, affinity: 'negative' as const }] : []),
  ];
  const disks = proxmoxDisks({ nodes, mirrors });
  const [hostKey, userKey] = [testKey(), testKey()];
  const { key, cert, raw } = selfSigned('stand-in');
  const parts = { factor, shutdownPolicy, work, nodes, guests, replicated, mirrors, rules, twice, hostile, hostKey: hostKey.private, certificate: { key, cert }, bmc: { user: 'operator', password: 'password-of-the-stand-in' } };
  const launched = await launchStandIn({
    name: proxmoxStandInName, cluster: proxmoxStandInCluster, program: new URL('./cluster-process.ts', import.meta.url),
    variables: byTicket ? { [loginVariable]: `${standInLogin.user}:${standInLogin.password}` } : {},
    addresses: [...nodes.flatMap(({ address, bmc }) => [address, bmc]), ...guests.map(({ address }) => address)],
    orders: (target) => {
      furnish(target, disks);
      return { ...parts, folder: target } satisfies ProxmoxOrders;
    },
  });
  const { target, environments, said } = launched;
  writeProxmoxEnvironment(environments, { ...parts, folder: target }, JSON.parse(said) as ProxmoxReady, { byTicket, asked: endpoints, allowed, key: userKey.private, fingerprint: sha256Fingerprint(raw), knownHosts: nodes.map(({ address }) => `${address} ${hostKey.line}\n`).join('') });
  return {
    ...launched,
    away: () => [...disks.map(({ id }) => join('slots', id)), ...nodes.map(({ name }) => join('ports', name))].filter((place) => !existsSync(join(target, place))),
    commands: () => linesOf(join(target, 'commands')) as { node: string; command: string }[],
    world: () => readWorld(target),
    spoil: (name, way) => spoilWay(target, name, way),
    unspoilt: () => undoneWays(target),
    asked: () => askedRequests(target),
  };
}

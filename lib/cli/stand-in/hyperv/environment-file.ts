import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { clusterId } from '../../../platforms/hyperv/testing/played-cluster.ts';
import { dataDiskOf } from '../../../platforms/hyperv/testing/played-parent.ts';
import type { HypervOrders } from './orders.ts';

/** Names of the stand-in's environment and of its cluster. */
export const hypervStandInName = 'hv-stand-in';
export const hypervStandInCluster = 'HVCLUSTER';

const portHand = fileURLToPath(new URL('../proxmox/port-hand.sh', import.meta.url));

/** Serial number of the disk of a node that may be taken out. */
export const diskOf = (node: string): string => `${node}-disk1`;

/** Writes the environment file and what it refers to, as an operator would. */
export function writeHypervEnvironment(folder: string, { nodes, guests, parent, folder: target }: HypervOrders, more: { key: string; knownHosts: string; backup: object; disks: object; guestOf: Readonly<Record<string, string>> }): void {
  const port = (action: string, node: string): string[] => ['sh', portHand, action, target, node];
  writeFileSync(join(folder, 'key'), more.key, { mode: 0o600 });
  writeFileSync(join(folder, 'known_hosts'), more.knownHosts, { mode: 0o644 });
  writeFileSync(join(folder, `${hypervStandInName}.yaml`), stringify({
    schema: 1,
    name: hypervStandInName,
    platform: 'hyperv',
    arm: hypervStandInCluster,
    identity: `SHA256:${createHash('sha256').update(clusterId).digest('base64').replace(/=+$/, '')}`,
    ssh: { user: 'ha-acceptance', key: 'file:key', knownHosts: 'file:known_hosts' },
    hyperv: { backup: more.backup, disks: more.disks, restore: { exchange: 'ha-acceptance-ring' } },
    nodes: nodes.map(({ name, address }) => ({ name, address, power: { hand: 'parent-hyperv', host: parent, guest: more.guestOf[name] ?? name }, network: { hand: 'command', disconnect: port('disconnect', name), connect: port('connect', name), status: port('status', name) }, disks: [{ id: diskOf(name), hand: 'parent-hyperv', path: dataDiskOf(name) }] })),
    guests: guests.map(({ role, name, address }) => ({ name, id: role, address, probes: ['icmp', { kind: 'http', url: `http://${address}/`, expect: 'writing' }], integrity: { url: `http://${address}/status.json` } })),
    allow: { faults: ['live-migration', 'node-shutdown', 'node-power', 'disk-removal', 'backup', 'backup-restore', 'network-partition', 'maintenance', 'beyond-redundancy', 'beyond-quorum'], nodes: nodes.map(({ name }) => name), maxSimultaneous: 2, guests: guests.map(({ name }) => name) },
    limits: { 'live-migration': { outage: '10s' }, backup: { outage: '1s', 'write-gap': '10s' } },
    probe: { period: '20ms', wait: '2s' },
  }));
}

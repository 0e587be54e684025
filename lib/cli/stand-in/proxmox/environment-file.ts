import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { modelDevice } from '../../../platforms/proxmox/testing/model/create-world.ts';
import { recordedIdentity } from '../../../platforms/proxmox/testing/recorded.ts';
import type { ProxmoxOrders, ProxmoxReady } from './orders.ts';

/** Names of the stand-in's environment and of its cluster. */
export const proxmoxStandInName = 'pve-stand-in';
export const proxmoxStandInCluster = 'lab';

/** Variable of the harness that has user and password, for who signs in by ticket. */
export const loginVariable = 'PVE_LOGIN';

const hand = fileURLToPath(new URL('../disk-hand.sh', import.meta.url));
const portHand = fileURLToPath(new URL('./port-hand.sh', import.meta.url));

/** Disks of the stand-in, by their nodes: those of its mirrors, then an OSD each. */
export const proxmoxDisks = ({ nodes, mirrors }: Pick<ProxmoxOrders, 'nodes' | 'mirrors'>): { node: string; id: string; zfs?: { pool: string; device: string } }[] => [
  ...mirrors.flatMap(({ node, name, disks }) => disks.map((id) => ({ node, id, zfs: { pool: name, device: modelDevice(id) } }))),
  ...nodes.map(({ name }, index) => ({ node: name, id: `osd.${index}` })),
];

/** Writes the environment file and what it refers to, as an operator would. */
export function writeProxmoxEnvironment(folder: string, { nodes, guests, mirrors, folder: target, bmc }: ProxmoxOrders, { endpoints, token }: ProxmoxReady, more: { key: string; knownHosts: string; fingerprint: string; byTicket: boolean; asked: readonly string[]; allowed: readonly string[] }): void {
  const secret = (name: string, text: string): void => writeFileSync(join(folder, name), text, { mode: 0o600 });
  secret('key', more.key);
  secret('.env', `PVE_TOKEN=\`${token}\`\nBMC=\`${bmc.user}:${bmc.password}\`\n`);
  writeFileSync(join(folder, 'known_hosts'), more.knownHosts, { mode: 0o644 });
  const words = (action: string, disk: string): string[] => ['sh', hand, action, target, disk];
  const port = (action: string, node: string): string[] => ['sh', portHand, action, target, node];
  const disks = proxmoxDisks({ nodes, mirrors });
  writeFileSync(join(folder, `${proxmoxStandInName}.yaml`), stringify({
    schema: 1,
    name: proxmoxStandInName,
    platform: 'proxmox',
    arm: proxmoxStandInCluster,
    identity: recordedIdentity(),
    endpoints: more.asked.flatMap((name) => endpoints.filter(({ node }) => node === name)),
    credentials: more.byTicket ? { login: `env:${loginVariable}` } : { token: 'env:PVE_TOKEN' },
    ssh: { user: 'root', key: 'file:key', knownHosts: 'file:known_hosts' },
    proxmox: { backup: { storage: 'shared' } },
    nodes: nodes.map(({ name, address, bmc: controller }) => ({
      name,
      address,
      power: { hand: 'redfish', url: `https://${controller}`, credentials: 'env:BMC', fingerprint: more.fingerprint },
      network: { hand: 'command', disconnect: port('disconnect', name), connect: port('connect', name), status: port('status', name) },
      disks: disks.flatMap(({ node, id, ...place }) => (node === name ? [{ id, ...place, hand: 'command', remove: words('remove', id), insert: words('insert', id), status: words('status', id) }] : [])),
    })),
    guests: guests.map(({ name, id, kind, address }) => ({ name, id, kind, address, probes: ['icmp', { kind: 'http', url: `http://${address}/`, expect: 'writing' }], integrity: { url: `http://${address}/status.json` } })),
    allow: {
      faults: ['live-migration', 'container-migration', 'node-shutdown', 'node-power', 'disk-removal', 'backup', 'backup-restore', 'network-partition', 'maintenance', 'beyond-redundancy', 'beyond-quorum'],
      nodes: more.allowed,
      maxSimultaneous: 2,
      guests: guests.map(({ name }) => name),
    },
    limits: { 'live-migration': { outage: '10s' }, backup: { outage: '1s', 'write-gap': '10s' } },
    probe: { period: '20ms', wait: '2s' },
  }));
}

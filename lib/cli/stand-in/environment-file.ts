import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { standInCluster, standInDigest, standInDisk } from './answers.ts';
import type { StandInOrders } from './cluster-process.ts';

/** Name of the stand-in's environment. */
export const standInName = 'stand-in';

/** The secrets of the stand-in, each where it may stand. */
export interface StandInSecrets {
  /** ssh key of the user, in a file. */
  key: string;
  /** user:password of the BMCs, in a variable of .env. */
  bmc: string;
  /** API token, in a variable of the process: see `variables`. */
  token: string;
  /** Another platform's password, in a file. */
  apiPassword: string;
}

/** Variables of the process that the environment file refers to. */
export function variablesOf({ token }: StandInSecrets): Record<string, string> {
  return { STAND_IN_TOKEN: token };
}

const hand = fileURLToPath(new URL('./disk-hand.sh', import.meta.url));

/** Writes the environment file and what it refers to, as an operator would. */
export function writeEnvironment(folder: string, { nodes, guests, folder: target }: StandInOrders, more: { secrets: StandInSecrets; knownHosts: string; fingerprint: string; guestNames: readonly string[] }): void {
  mkdirSync(folder, { recursive: true });
  const secret = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    chmodSync(join(folder, name), 0o600);
  };
  secret('key', more.secrets.key);
  secret('api-password', `${more.secrets.apiPassword}\n`);
  secret('.env', `STAND_IN_BMC=\`${more.secrets.bmc}\`\n`);
  writeFileSync(join(folder, 'known_hosts'), more.knownHosts, { mode: 0o644 });
  const words = (action: string): string[] => ['sh', hand, action, target, standInDisk.id];
  writeFileSync(join(folder, `${standInName}.yaml`), stringify({
    schema: 1,
    name: standInName,
    platform: 'pacemaker',
    arm: standInCluster,
    identity: `SHA256:${Buffer.from(standInDigest, 'hex').toString('base64').replace(/=+$/, '')}`,
    credentials: { token: 'env:STAND_IN_TOKEN', password: 'file:api-password' },
    ssh: { user: 'root', key: 'file:key', knownHosts: 'file:known_hosts' },
    nodes: nodes.map(({ name, address, bmc }) => ({
      name,
      address,
      power: { hand: 'redfish', url: `https://${bmc}`, credentials: 'env:STAND_IN_BMC', fingerprint: more.fingerprint },
      disks: name === standInDisk.node ? [{ id: standInDisk.id, hand: 'command', remove: words('remove'), insert: words('insert'), status: words('status') }] : [],
    })),
    guests: guests.map(({ name, address }, index) => ({ name: more.guestNames[index] ?? name, id: name, address, probes: ['icmp', { kind: 'http', url: `http://${address}/`, expect: 'writing' }], integrity: { url: `http://${address}/status.json` } })),
    allow: { faults: ['disk-removal', 'node-power'], nodes: nodes.map(({ name }) => name), guests: more.guestNames },
    limits: { 'disk-removal': { 'write-gap': '20s' } },
    probe: { period: '20ms', wait: '2s' },
  }));
}

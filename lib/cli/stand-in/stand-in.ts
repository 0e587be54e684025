/** A fast stand-in for a cluster, for tests of whole runs: real ssh, real TLS, real probes, real hands, recorded answers. */
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Fingerprint } from '../../transports/fingerprint.ts';
import { selfSigned } from '../../transports/testing/certificate.ts';
import { testKey } from '../../transports/testing/ssh-server.ts';
import { standInCluster, standInDisk } from './answers.ts';
import type { StandInOrders } from './cluster-process.ts';
import { standInName, variablesOf, writeEnvironment } from './environment-file.ts';
import type { StandInSecrets } from './environment-file.ts';
import { launchStandIn, linesOf } from './launch.ts';
import type { Launched } from './launch.ts';
import { addressOf } from './network.ts';

export interface StandInOptions {
  secrets?: Partial<Omit<StandInSecrets, 'key'>>;
  /** Names of the guests in the environment file; the cluster calls them dns and web. */
  guestNames?: readonly string[];
  /** What everything that has a voice says from the start on. */
  says?: string;
}

export interface StandIn extends Launched {
  secrets: StandInSecrets;
  /** Whether the disk is in its slot, seen with our own eyes. */
  diskIsIn(): boolean;
  /** Commands that the nodes were given. */
  commands(): { node: string; command: string }[];
  /** Answers of the BMCs so far, and to what. */
  bmcAnswers(): { node: string; method: string; status: number }[];
}

function compose(secrets: StandInSecrets, certificate: StandInOrders['certificate'], hostKey: string): Omit<StandInOrders, 'folder'> {
  const [user = '', ...password] = secrets.bmc.split(':');
  return {
    nodes: ['n1', 'n2', 'n3'].map((name, index) => ({ name, address: addressOf(11 + index), bmc: addressOf(21 + index) })),
    guests: [{ name: 'dns', address: addressOf(53) }, { name: 'web', address: addressOf(80) }],
    hostKey,
    certificate,
    bmc: { user, password: password.join(':') },
  };
}

/** What its process finds: the disk in its slot, and what it is to say. */
function furnish(target: string, says: string | undefined): void {
  for (const place of ['slots', 'drawer']) mkdirSync(join(target, place), { recursive: true });
  writeFileSync(join(target, 'slots', standInDisk.id), 'content');
  for (const file of ['commands', 'bmc-answers']) appendFileSync(join(target, file), '');
  if (says !== undefined) writeFileSync(join(target, 'says'), says);
}

/** Starts it. Needs root and ip(8): see `noNetworkReason` of lib/probes. */
export async function startStandIn({ secrets: given = {}, guestNames = ['dns', 'web'], says }: StandInOptions = {}): Promise<StandIn> {
  const hostKey = testKey();
  const secrets: StandInSecrets = { key: testKey().private, bmc: 'operator:password-of-the-stand-in', token: 'ci@pve!stand-in=token-of-the-stand-in', apiPassword: 'api-password-of-the-stand-in', ...given };
  const { key, cert, raw } = selfSigned('stand-in');
  const parts = compose(secrets, { key, cert }, hostKey.private);
  const launched = await launchStandIn({
    name: standInName, cluster: standInCluster, program: new URL('./cluster-process.ts', import.meta.url), variables: variablesOf(secrets),
    addresses: [...parts.nodes.flatMap(({ address, bmc }) => [address, bmc]), ...parts.guests.map(({ address }) => address)],
    orders: (target) => {
      furnish(target, says);
      return { ...parts, folder: target } satisfies StandInOrders;
    },
  });
  const { target } = launched;
  writeEnvironment(launched.environments, { ...parts, folder: target }, { secrets, fingerprint: sha256Fingerprint(raw), guestNames, knownHosts: parts.nodes.map(({ address }) => `${address} ${hostKey.line}\n`).join('') });
  return {
    ...launched,
    secrets,
    diskIsIn: () => existsSync(join(target, 'slots', standInDisk.id)),
    commands: () => linesOf(join(target, 'commands')) as { node: string; command: string }[],
    bmcAnswers: () => linesOf(join(target, 'bmc-answers')) as { node: string; method: string; status: number }[],
  };
}

import { proxmoxSettings } from '../adapters/proxmox/options.ts';
import type { Environment, PowerHand } from '../environment/environment.ts';
import type { Finding } from '../safety/invariants.ts';
import { compareOnTheDevice } from '../transports/judge-certificate.ts';
import type { Trust } from '../transports/judge-certificate.ts';
import { readCertificate } from '../transports/shown-certificate.ts';

/** Bound on the handshake with one of them, ms. */
const handshakeTimeoutMs = 5000;
/** Where a Proxmox VE listens whose address names no port. */
const proxmoxPort = 8006;
const httpsPort = 443;

/** Somebody whom we speak TLS with, and where the environment file says whom to trust there. */
interface Peer {
  who: string;
  host: string;
  port: number;
  trust: Trust;
  where: string;
}

function peerAt(url: string, defaultPort: number, rest: Omit<Peer, 'host' | 'port'>): Peer {
  const { hostname, port } = new URL(url);
  return { ...rest, host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? defaultPort : Number(port) };
}

/** A fingerprint takes the place of a CA, as in the clients. */
function trustOf(fingerprint: string | undefined, ca: string | undefined): Trust {
  return fingerprint !== undefined ? { fingerprint } : ca !== undefined ? { ca } : {};
}

function apiPeers({ platform, endpoints, credentials }: Environment): Peer[] {
  if (platform !== 'proxmox') return [];
  return endpoints.map(({ node, address, port = proxmoxPort, fingerprint }) => ({ who: `the API of ${node}`, host: address, port, trust: trustOf(fingerprint, credentials['ca']?.reveal()), where: `endpoints[].fingerprint of ${node}` }));
}

function handPeers(node: string, power: PowerHand | undefined): Peer[] {
  if (power?.hand !== 'redfish' && power?.hand !== 'parent-proxmox') return [];
  const rest = { trust: trustOf(power.fingerprint, power.ca?.reveal()), where: `nodes[].power.fingerprint of ${node}` };
  return [power.hand === 'redfish' ? peerAt(power.url, httpsPort, { who: `the BMC of ${node}`, ...rest }) : peerAt(power.url, proxmoxPort, { who: `the parent of ${node}`, ...rest })];
}

function backupPeers(environment: Environment): Peer[] {
  if (environment.platform !== 'proxmox') return [];
  try {
    const { backup } = proxmoxSettings(environment);
    return backup?.server === undefined ? [] : [peerAt(backup.server.url, httpsPort, { who: 'the Proxmox Backup Server', trust: trustOf(backup.server.fingerprint, undefined), where: 'proxmox.backup.server.fingerprint' })];
  } catch {
    // What is wrong with the key is said, with its remedy, by whoever connects to the cluster.
    return [];
  }
}

async function finding({ who, host, port, trust, where }: Peer, path: string, signal: AbortSignal): Promise<Finding> {
  const title = `the certificate of ${who} is trusted`;
  try {
    const { shown, refusal } = await readCertificate({ host, port }, trust, { timeoutMs: handshakeTimeoutMs, signal });
    const why = trust.fingerprint !== undefined ? 'as the environment file says' : trust.ca !== undefined ? 'signed by the CA of the environment file' : 'signed by a CA that this machine trusts';
    return { title, ok: refusal === null, detail: refusal ?? `${shown ?? ''}, ${why}`, remedy: shown === null ? 'Find out who answers there.' : `If it is the right one, ${compareOnTheDevice}; then write either spelling to ${where} in ${path}.` };
  } catch (error) {
    signal.throwIfAborted();
    return { title, ok: null, detail: `${host} port ${port}: ${(error as Error).message}`, remedy: 'Correct the address in the environment file, or see that it is on and can be reached from here.' };
  }
}

/**
 * Which certificate everybody shows whom the environment file names by https, and whether it is trusted: what is to be compared on
 * the device and accepted. Sends nothing but handshakes.
 */
export async function certificateFindings(environment: Environment, signal: AbortSignal): Promise<Finding[]> {
  const peers = [...apiPeers(environment), ...environment.nodes.flatMap(({ name, power }) => handPeers(name, power)), ...backupPeers(environment)];
  return Promise.all(peers.map(async (peer) => finding(peer, environment.source.path, signal)));
}

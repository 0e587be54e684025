import type { Environment } from '../../environment/environment.ts';
import { peerAt, trustOf } from '../../transports/tls-peer.ts';
import type { TlsPeer } from '../../transports/tls-peer.ts';
import { proxmoxSettings } from './options.ts';

/** Where the API listens whose address names no port (Proxmox VE Administration Guide, "Ports used by Proxmox VE"). */
const apiPort = 8006;
const httpsPort = 443;

function backupPeers(environment: Environment): TlsPeer[] {
  try {
    const { backup } = proxmoxSettings(environment);
    return backup?.server === undefined ? [] : [peerAt(backup.server.url, httpsPort, { who: 'the Proxmox Backup Server', trust: trustOf(backup.server.fingerprint, undefined), where: 'proxmox.backup.server.fingerprint' })];
  } catch {
    // What is wrong with the key is said, with its remedy, by whoever connects to the cluster.
    return [];
  }
}

/** The APIs of the nodes, and the backup server where there is one. */
export function proxmoxPeers(environment: Environment): TlsPeer[] {
  const { endpoints, credentials } = environment;
  const apis = endpoints.map(({ node, address, port = apiPort, fingerprint }): TlsPeer => ({ who: `the API of ${node}`, host: address, port, trust: trustOf(fingerprint, credentials['ca']?.reveal()), where: `endpoints[].fingerprint of ${node}` }));
  return [...apis, ...backupPeers(environment)];
}

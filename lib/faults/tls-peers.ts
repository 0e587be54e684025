import type { PowerHand } from '../environment/environment.ts';
import { peerAt, trustOf } from '../transports/tls-peer.ts';
import type { TlsPeer } from '../transports/tls-peer.ts';
import { defaultPort as parentPort } from './parent-proxmox/parent.ts';

const httpsPort = 443;

/** Whom the hand on a node's power speaks TLS with. */
export function powerPeers(node: string, power: PowerHand | undefined): TlsPeer[] {
  if (power?.hand !== 'redfish' && power?.hand !== 'parent-proxmox') return [];
  const rest = { trust: trustOf(power.fingerprint, power.ca?.reveal()), where: `nodes[].power.fingerprint of ${node}` };
  return [power.hand === 'redfish' ? peerAt(power.url, httpsPort, { who: `the BMC of ${node}`, ...rest }) : peerAt(power.url, parentPort, { who: `the parent of ${node}`, ...rest })];
}

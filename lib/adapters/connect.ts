import type { Environment, PlatformName } from '../environment/environment.ts';
import { AdapterError } from './adapter-error.ts';
import type { Hypervisor } from './hypervisor.ts';
import { connectHyperv } from './hyperv/connect-hyperv.ts';
import { connectPacemaker } from './pacemaker/connect-pacemaker.ts';
import { connectProxmox } from './proxmox/connect-proxmox.ts';
import { proxmoxPeers } from './proxmox/tls-peers.ts';
import type { TlsPeer } from '../transports/tls-peer.ts';

export interface ConnectOptions {
  /** Closes everything when it aborts. */
  signal: AbortSignal;
}

type Connect = (environment: Environment, options: ConnectOptions) => Promise<Hypervisor>;

/** The platforms that this version drives. */
const adapters: Partial<Record<PlatformName, Connect>> = { hyperv: connectHyperv, pacemaker: connectPacemaker, proxmox: async (environment, options) => connectProxmox(environment, options) };

/** Whom the adapters of platforms with an API of their own speak TLS with. */
const peers: Partial<Record<PlatformName, (environment: Environment) => TlsPeer[]>> = { proxmox: proxmoxPeers };

/** Whom the adapter of an environment speaks TLS with; nobody where it works by ssh. */
export function adapterPeers(environment: Environment): TlsPeer[] {
  return peers[environment.platform]?.(environment) ?? [];
}

/**
 * Connects to the cluster of an environment through the adapter of its platform.
 *
 * @throws AdapterError when there is no adapter for it, or no node answers.
 */
export async function connectHypervisor(environment: Environment, options: ConnectOptions): Promise<Hypervisor> {
  const connect = adapters[environment.platform];
  if (connect !== undefined) return connect(environment, options);
  throw new AdapterError({
    message: `This version cannot drive a cluster of the platform "${environment.platform}".`,
    blame: 'tool',
    impact: 'Nothing was done.',
    remedy: `It drives: ${Object.keys(adapters).join(', ')}. See CHANGELOG.md for what newer versions drive.`,
    phase: 'connecting',
    target: environment.name,
  });
}

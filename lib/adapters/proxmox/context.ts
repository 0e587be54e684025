import type { Environment } from '../../environment/environment.ts';
import type { ProxmoxClient } from '../../platforms/proxmox/client.ts';
import type { Clock } from '../../platforms/proxmox/clock.ts';
import { ProxmoxError, tellsNothing } from '../../platforms/proxmox/proxmox-error.ts';
import type { ProxmoxErrorKind } from '../../platforms/proxmox/proxmox-error.ts';
import type { SshFleet } from '../../transports/ssh.ts';
import { AdapterError } from '../adapter-error.ts';
import type { AdapterFault } from '../adapter-error.ts';
import type { ProxmoxSettings } from './options.ts';

/** What the parts of this adapter share. */
export interface ProxmoxContext {
  environment: Environment;
  client: ProxmoxClient;
  /** The time that waits go by. */
  clock: Clock;
  /** Major version of Proxmox VE. */
  major: number;
  /** Whether the cluster has Ceph, and which node was asked about it last with success. */
  ceph: { node: string | null } | null;
  /** Nodes that have said that they have no Ceph: one that is away later had none, either. */
  withoutCeph: Set<string>;
  /** The key `proxmox` of the environment file. */
  settings: ProxmoxSettings;
  /** The nodes over ssh, for what the API does not have; null where the environment file gives no way in. */
  fleet: SshFleet | null;
}

/** Errors that are ours: the environment file, the account, or the harness itself. */
const ours: ReadonlySet<ProxmoxErrorKind> = new Set(['certificate', 'aborted', 'authentication', 'permission', 'parameters', 'not-implemented', 'replaced', 'unknown-node', 'answer']);

/** Errors of the way to a node: they may pass. */
const passing: ReadonlySet<ProxmoxErrorKind> = new Set(['unreachable', 'node-unreachable', 'node-silent']);

/** An error of the API as one of the adapter; the remedy stands in the API's message already. */
export function faultOf(error: unknown, phase: string, target: string, impact: string): AdapterError {
  const message = error instanceof Error ? error.message : String(error);
  // Where nobody answers, it may be the cluster, the network, or this machine; and where the API only could not tell, nothing is known of the cluster.
  const blame: AdapterFault['blame'] = !(error instanceof ProxmoxError) || error.kind === 'unreachable' || tellsNothing(error) ? 'unknown' : ours.has(error.kind) ? 'tool' : 'cluster';
  return new AdapterError({ message, blame, impact, remedy: 'See the message; "check" tells more of what can be read and what not.', phase, target }, { cause: error });
}

/** Awaits work, and tells an error of the API as one of the adapter. A call that was given up keeps its reason. */
export async function told<T>(work: Promise<T>, phase: string, target: string, impact: string): Promise<T> {
  return work.catch((error: unknown) => {
    throw error instanceof ProxmoxError && error.kind !== 'aborted' ? faultOf(error, phase, target, impact) : error;
  });
}

/** Whether an error is one of the way to a node, which may be open again at the next look. */
export function mayPass(error: unknown): error is ProxmoxError {
  return error instanceof ProxmoxError && passing.has(error.kind);
}

import type { Environment } from '../../environment/environment.ts';
import type { ProxmoxClient } from '../../platforms/proxmox/client.ts';
import type { Clock } from '../../platforms/proxmox/clock.ts';
import { ProxmoxError } from '../../platforms/proxmox/proxmox-error.ts';
import type { ProxmoxErrorKind } from '../../platforms/proxmox/proxmox-error.ts';
import { AdapterError } from '../adapter-error.ts';
import type { AdapterFault } from '../hypervisor.ts';

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
}

/** Errors that are ours: the environment file, the account, or the harness itself. */
const ours: ReadonlySet<ProxmoxErrorKind> = new Set(['certificate', 'aborted', 'authentication', 'permission', 'parameters', 'not-implemented', 'replaced', 'unknown-node', 'answer']);

/** An error of the API as one of the adapter; the remedy stands in the API's message already. */
export function faultOf(error: unknown, phase: string, target: string, impact: string): AdapterError {
  const message = error instanceof Error ? error.message : String(error);
  const blame: AdapterFault['blame'] = !(error instanceof ProxmoxError) ? 'unknown' : ours.has(error.kind) ? 'tool' : 'cluster';
  return new AdapterError({ message, blame, impact, remedy: 'See the message; "check" tells more of what can be read and what not.', phase, target }, { cause: error });
}

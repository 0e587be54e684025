import type { CallOptions } from '../hypervisor.ts';
import type { PacemakerContext } from './context.ts';
import { heardParts } from './heard-states.ts';
import { readStatus } from './reading.ts';

/**
 * Reads Pacemaker's account where nobody has for so long, ms. Ceph is heard of when something else reads it: to start its client
 * takes about a second of a small machine's processor. Never throws.
 */
export async function refreshStates(context: PacemakerContext, olderThanMs: number, options: CallOptions = {}): Promise<void> {
  const newestNs = context.heard.manager.newestNs(heardParts.manager) ?? -Infinity;
  if (Number(process.hrtime.bigint()) - newestNs > olderThanMs * 1e6) await readStatus(context, options).catch(() => undefined);
}

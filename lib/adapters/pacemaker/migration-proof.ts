import type { ClusterStatus } from '../../platforms/pacemaker/crm-mon.ts';
import { jobCommand, readJob, type DomainJob } from '../../platforms/pacemaker/virsh.ts';
import type { CallOptions } from '../hypervisor.ts';
import { actOn, withSignal, type PacemakerContext } from './context.ts';

const timeoutMs = 10_000;

/** How a guest came to the node on which it runs: `unknown` when neither libvirt nor Pacemaker says. */
export interface Arrival {
  how: 'migrated' | 'started' | 'unknown';
  downtimeMs: number | null;
  totalMs: number | null;
  source: string;
}

async function completedJob(context: PacemakerContext, node: string, domain: string, options?: CallOptions): Promise<DomainJob | null> {
  try {
    return readJob((await actOn(context, node, jobCommand(domain, 'completed'), { timeoutMs, ...withSignal(options) })).stdout);
  } catch {
    options?.signal?.throwIfAborted();
    return null;
  }
}

/** What Pacemaker did last to bring a resource up on a node. */
export function lastStart(status: ClusterStatus, resource: string, node: string): string | null {
  return status.history
    .filter((record) => record.resource === resource && record.node === node && ['start', 'migrate_from'].includes(record.task))
    .toSorted((one, other) => other.call - one.call)[0]?.task ?? null;
}

/**
 * Proves that a guest arrived by live migration: by libvirt's statistics of the migration on the destination, else on the
 * source, else by Pacemaker's history. Only libvirt gives figures. A cold start in the history outweighs everything.
 */
export async function proveArrival(context: PacemakerContext, status: ClusterStatus, guest: { resource: string; domain: string }, places: { from: string; to: string }, options?: CallOptions): Promise<Arrival> {
  const task = lastStart(status, guest.resource, places.to);
  if (task === 'start') return { how: 'started', downtimeMs: null, totalMs: null, source: `Pacemaker's history: the last operation that brought ${guest.resource} up on ${places.to} is a start` };
  for (const [node, operation] of [[places.to, 'incoming migration'], [places.from, 'outgoing migration']] as const) {
    const job = await completedJob(context, node, guest.domain, options);
    if (job?.ok === true && job.operation === operation) return { how: 'migrated', downtimeMs: job.downtimeMs, totalMs: job.elapsedMs, source: `libvirt's statistics of the ${operation} on ${node}` };
  }
  if (task === 'migrate_from') return { how: 'migrated', downtimeMs: null, totalMs: null, source: `Pacemaker's history (migrate_from on ${places.to}); libvirt kept no statistics` };
  return { how: 'unknown', downtimeMs: null, totalMs: null, source: 'neither libvirt nor Pacemaker say how the guest arrived' };
}

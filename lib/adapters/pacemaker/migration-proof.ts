import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterStatus } from '../../platforms/pacemaker/crm-mon.ts';
import { jobCommand, readJob, type DomainJob } from '../../platforms/pacemaker/virsh.ts';
import type { CallOptions } from '../hypervisor.ts';
import type { MigrationOutcome } from '../outcomes.ts';
import { actOn, withSignal, type PacemakerContext } from './context.ts';

const timeoutMs = 10_000;
/** A question that failed is asked again: a busy node may be slow, and nobody else has the figures. */
const attempts = 3;
const pauseMs = 300;

/** How a guest came to the node on which it runs: `unknown` when neither libvirt nor Pacemaker says, and then there is no proof. */
export interface Arrival {
  how: 'migrated' | 'started' | 'unknown';
  proof: MigrationOutcome['proof'];
  downtimeMs: number | null;
  totalMs: number | null;
  source: string;
}

/** Statistics of the last job of a domain on a node: null when there is none, and why when the node does not say. */
async function completedJob(context: PacemakerContext, node: string, domain: string, options?: CallOptions): Promise<DomainJob | string | null> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return readJob((await actOn(context, node, jobCommand(domain, 'completed'), { timeoutMs, ...withSignal(options) })).stdout);
    } catch (error) {
      options?.signal?.throwIfAborted();
      if (attempt === attempts) return (error as Error).message;
    }
    await sleep(pauseMs, undefined, withSignal(options));
  }
}

/** What Pacemaker did last to bring a resource up on a node. */
export function lastStart(status: ClusterStatus, resource: string, node: string): string | null {
  return status.history
    .filter((record) => record.resource === resource && record.node === node && ['start', 'migrate_from'].includes(record.task))
    .toSorted((one, other) => other.call - one.call)[0]?.task ?? null;
}

/**
 * Proves that a guest arrived by live migration: by libvirt's statistics of the migration on the destination, to which the
 * source hands them before it forgets the domain, else by Pacemaker's history. Only libvirt gives figures. A cold start in the
 * history outweighs everything.
 */
export async function proveArrival(context: PacemakerContext, status: ClusterStatus, guest: { resource: string; domain: string }, to: string, options?: CallOptions): Promise<Arrival> {
  const task = lastStart(status, guest.resource, to);
  const noFigures = { downtimeMs: null, totalMs: null };
  if (task === 'start') return { how: 'started', proof: 'none', ...noFigures, source: `Pacemaker's history: the last operation that brought ${guest.resource} up on ${to} is a start` };
  const job = await completedJob(context, to, guest.domain, options);
  if (job !== null && typeof job !== 'string' && job.ok === true && job.operation === 'incoming migration') return { how: 'migrated', proof: 'hypervisor', downtimeMs: job.downtimeMs, totalMs: job.elapsedMs, source: `libvirt's statistics of the incoming migration on ${to}` };
  const libvirt = typeof job === 'string' ? `libvirt's statistics could not be read: ${job}` : job === null ? 'libvirt kept no statistics' : `libvirt's last statistics are of another job: ${job.operation}${job.ok === true ? '' : ', not completed'}`;
  if (task === 'migrate_from') return { how: 'migrated', proof: 'manager', ...noFigures, source: `Pacemaker's history (migrate_from on ${to}); ${libvirt}` };
  return { how: 'unknown', proof: 'none', ...noFigures, source: `Pacemaker's history does not say how the guest arrived; ${libvirt}` };
}

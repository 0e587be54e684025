import { activeDomainsCommand, jobCommand, readJob, readNames } from '../../platforms/pacemaker/virsh.ts';
import type { CallOptions } from '../hypervisor.ts';
import { withSignal, type PacemakerContext } from './context.ts';

const timeoutMs = 5000;

/** Backups and migrations that run on the environment's guests now, as sentences. A node that does not answer is noticed by the reading of its guests. */
export async function backupJobs(context: PacemakerContext, options?: CallOptions): Promise<string[]> {
  const limits = { timeoutMs, ...withSignal(options) };
  const domains = new Set(context.environment.guests.flatMap((guest) => context.guests.byName(guest.name)?.domain ?? []));
  const each = await Promise.all([...context.fleet.hosts.values()].filter((host) => !context.silent.has(host.name)).map(async (host) => {
    const list = await host.exec(activeDomainsCommand, limits).catch(() => null);
    const here = readNames(list?.stdout ?? '').filter((domain) => domains.has(domain));
    return Promise.all(here.map(async (domain) => {
      const job = readJob((await host.exec(jobCommand(domain, 'running'), limits).catch(() => null))?.stdout ?? '');
      return job === null || job.ok !== null ? [] : [`${context.guests.byDomain(domain).name}: ${job.operation} on ${host.name}`];
    }));
  }));
  return each.flat(2);
}

import { expectedFailover, failoverSettings } from '../../platforms/hyperv/expected-failover.ts';
import { clusterReading } from '../../platforms/hyperv/readings.ts';
import type { CallOptions } from '../hypervisor.ts';
import type { ExpectedRecovery } from '../outcomes.ts';
import { askMember, type HypervContext } from './context.ts';

/** What the cluster's own settings, and those of the guest's role, make one expect of the loss of its node. @throws AggregateError where no member can be asked */
export async function expectedRecovery(context: HypervContext, guest: string, loss: 'power' | 'network', options: CallOptions = {}): Promise<ExpectedRecovery> {
  const { value: { settings, groups } } = await askMember(context, 'read-cluster', clusterReading, options);
  const role = context.environment.guests.find(({ name }) => name === guest)?.id;
  const own = failoverSettings(settings, groups.find(({ name }) => name === role)?.resiliencyPeriod ?? null);
  const { loMs, hiMs, terms, resiliencyDecides } = expectedFailover(loss === 'power' ? 'power-off' : 'cut-off', own, 0);
  const periodS = own.resiliencyPeriod;
  return {
    loMs,
    hiMs,
    terms: terms.filter((term) => !term.endsWith('to start')),
    longestWait: resiliencyDecides && periodS !== null ? { ms: periodS * 1000, words: `the resiliency period of ${periodS} s, in which a node that is silent counts as isolated and its guests are left alone ((Get-Cluster).ResiliencyDefaultPeriod, or (Get-ClusterGroup ${role ?? guest}).ResiliencyPeriod; 0 switches it off)` } : null,
  };
}

import { expectedFailover, failoverSettings } from '../../platforms/hyperv/expected-failover.ts';
import type { ClusterReading } from '../../platforms/hyperv/readings.ts';
import type { Caution, Snapshot } from '../hypervisor.ts';
import { countLosses, type LossLogs } from './losses.ts';

/** The time in which isolations count towards quarantine (QuarantineThreshold "within an hour"), minutes. */
export const countedMinutes = 60;
/** Faults by which a node is lost without a word. A clean shutdown is no such loss. */
const losesNode = ['node-power', 'network-partition'];

/** What one more loss of each node would bring, by how often each was lost. Pure. */
export function quarantineCautions(losses: ReadonlyMap<string, number>, { settings }: Pick<ClusterReading, 'settings'>): Caution[] {
  const threshold = settings['QuarantineThreshold'] ?? null;
  if (threshold === null) return [];
  return [...losses].flatMap(([node, count]): Caution[] => {
    if (count + 1 < threshold) return [];
    return [{ faults: losesNode, node, why: `${node} was lost ${count} time(s) within the last hour, and with ${threshold} (QuarantineThreshold) it is kept out of the cluster for ${settings['QuarantineDuration'] ?? '?'} s`, remedy: 'Wait until the hour is over, or take another node' }];
  });
}

/**
 * What this platform has against faults as things are. A log that could not be read may hold a loss that no other has: then nobody can
 * tell. One parting of the cluster is written down between the first missing heartbeats and the end of the resiliency period. Pure.
 */
export function cautionsOf({ logs, unread }: LossLogs, cluster: Pick<ClusterReading, 'settings'> | null): Pick<Snapshot, 'unread'> & { cautions: Caution[] } {
  if (cluster === null) return { cautions: [], unread: [] };
  const cautions = quarantineCautions(countLosses(logs, expectedFailover('cut-off', failoverSettings(cluster.settings, null), 0).waitMs), cluster);
  if (unread.length === 0) return { cautions, unread: [] };
  const why = unread.map((one) => `${one.node}: ${one.why}`).join('; ');
  return { cautions: [...cautions, { faults: losesNode, node: null, why: `it cannot be told how often nodes were lost within the last hour (${why}), and one that is lost too often is put in quarantine`, remedy: 'Let every node answer, and the account read the System log of each' }], unread: [{ what: 'losses of nodes', why }] };
}

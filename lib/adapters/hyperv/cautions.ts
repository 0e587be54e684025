import { lossesReading, type ClusterReading } from '../../platforms/hyperv/readings.ts';
import type { CallOptions, Caution, Snapshot } from '../hypervisor.ts';
import { askMember, type HypervContext } from './context.ts';
import { nodeName } from './membership.ts';

/** The time in which isolations count towards quarantine (QuarantineThreshold "within an hour"), minutes. */
const countedMinutes = 60;
/** Faults by which a node is lost without a word. A clean shutdown is no such loss. */
const losesNode = ['node-power', 'network-partition'];

/** What one more loss of each node would bring, by those that a member saw. Pure. */
export function quarantineCautions(losses: readonly string[], { settings }: Pick<ClusterReading, 'settings'>): Caution[] {
  const threshold = settings['QuarantineThreshold'] ?? null;
  if (threshold === null) return [];
  return [...new Set(losses)].flatMap((node): Caution[] => {
    const count = losses.filter((lost) => lost === node).length;
    if (count + 1 < threshold) return [];
    return [{ faults: losesNode, node, why: `${node} was lost ${count} time(s) within the last hour, and with ${threshold} (QuarantineThreshold) it is kept out of the cluster for ${settings['QuarantineDuration'] ?? '?'} s`, remedy: 'Wait until the hour is over, or take another node' }];
  });
}

/** What this platform has against faults as things are; unread where no member could be asked. */
export async function readCautions(context: HypervContext, cluster: ClusterReading | null, options: CallOptions): Promise<Pick<Snapshot, 'unread'> & { cautions: Caution[] }> {
  if (cluster === null) return { cautions: [], unread: [] };
  try {
    const { value } = await askMember(context, 'read-losses', lossesReading, { ...options, parameters: { Minutes: countedMinutes } });
    return { cautions: quarantineCautions(value.losses.map(({ node }) => nodeName(context, node)), cluster), unread: [] };
  } catch (error) {
    options.signal?.throwIfAborted();
    const why = (error as Error).message;
    return { cautions: [{ faults: losesNode, node: null, why: `it cannot be told how often nodes were lost within the last hour (${why}), and one that is lost too often is put in quarantine`, remedy: 'Let the account read the System log of the nodes' }], unread: [{ what: 'losses of nodes', why }] };
  }
}

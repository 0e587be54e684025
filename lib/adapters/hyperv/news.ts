import type { NodeEvent } from '../../platforms/hyperv/readings.ts';
import type { AccountEntry, News, NewsKind, NodeState } from '../hypervisor.ts';

interface Rule {
  provider: string;
  ids: readonly number[];
  kind: NewsKind;
  followsLossOf?: News['followsLossOf'];
}

const clustering = 'Microsoft-Windows-FailoverClustering';
const kernelPower = 'Microsoft-Windows-Kernel-Power';

/**
 * Events that no healthy cluster logs. 1135: a node was removed from the membership, which is how this platform fences; 1672: put in
 * quarantine; 1673: isolated; 1177: quorum lost; 1069, 1205, 1254: a resource or role failed; 5120, 5142: a shared volume is paused or not
 * reachable. Disk: 7, 51, 129, 153. Kernel-Power 41: restarted without a shutdown. 1001: a stop error. 2004: memory ran out.
 * Hyper-V-VMMS 21024: a live migration failed.
 *
 * A node that is cut off removes all others from its own membership, loses its quorum, its volumes and its resources. A volume is paused
 * everywhere while its path by a lost node is replaced by another: what is queued then is no error to anybody.
 */
const rules: readonly Rule[] = [
  { provider: clustering, ids: [1135, 1672, 1673], kind: 'fencing', followsLossOf: 'its-node' },
  { provider: clustering, ids: [1177], kind: 'quorum-lost', followsLossOf: 'its-node' },
  { provider: clustering, ids: [1069, 1205, 1254], kind: 'action-failed', followsLossOf: 'its-node' },
  { provider: clustering, ids: [5120], kind: 'io-error', followsLossOf: 'any-node' },
  { provider: clustering, ids: [5142], kind: 'io-error', followsLossOf: 'its-node' },
  { provider: 'disk', ids: [7, 51, 129, 153], kind: 'io-error' },
  { provider: kernelPower, ids: [41], kind: 'crash' },
  { provider: 'Microsoft-Windows-WER-SystemErrorReporting', ids: [1001], kind: 'crash' },
  { provider: 'Microsoft-Windows-Resource-Exhaustion-Detector', ids: [2004], kind: 'out-of-memory' },
  { provider: 'Microsoft-Windows-Hyper-V-VMMS', ids: [21024], kind: 'action-failed' },
];

/** Kernel-Power 41 comes at the start behind a power loss and behind a stop error; its first property, BugcheckCode, is 0 where there was none. */
function followsOf({ followsLossOf }: Rule, { id, provider, properties }: NodeEvent): News['followsLossOf'] {
  return provider === kernelPower && id === 41 && properties[0] === '0' ? 'its-node' : followsLossOf;
}

/** An event as a line. The message is in the node's language; id and properties are not. */
export function lineOf({ utc, provider, id, properties, message }: NodeEvent): string {
  return `${utc.toISOString()} ${provider} ${id} [${properties.join(' | ')}] ${message.replaceAll(/\s+/g, ' ').trim()}`;
}

/** The one that an event names among those that we know. */
function aboutOf({ properties }: NodeEvent, known: readonly string[]): string | null {
  return known.find((name) => properties.some((property) => property.toLowerCase() === name.toLowerCase())) ?? null;
}

/** The bad news among the events of a node. */
export function newsOf(events: readonly NodeEvent[], node: string, known: readonly string[]): News[] {
  return events.flatMap((event): News[] => {
    const rule = rules.find(({ provider, ids }) => provider === event.provider && ids.includes(event.id));
    if (rule === undefined) return [];
    const followsLossOf = followsOf(rule, event);
    return [{ kind: rule.kind, node, about: aboutOf(event, known), log: event.log, line: lineOf(event), ...(followsLossOf === undefined ? {} : { followsLossOf }) }];
  });
}

/** What the events say about the way of a recovery: that the loss of a node was noticed. The moments are ours, by the node's clock offset. */
export function accountOf(events: readonly NodeEvent[], node: string, clock: NonNullable<NodeState['clockOffset']>, nodes: readonly string[]): AccountEntry[] {
  return events.flatMap((event): AccountEntry[] => {
    const about = aboutOf(event, nodes);
    if (event.provider !== clustering || about === null || ![1135, 1673].includes(event.id)) return [];
    const atMs = event.utc.getTime() - clock.ms;
    return [{ phase: event.id === 1135 ? 'fenced' : 'detected', about, earliest: new Date(atMs - clock.errorMs), latest: new Date(atMs + clock.errorMs), source: `${event.log} of ${node}`, line: lineOf(event) }];
  });
}

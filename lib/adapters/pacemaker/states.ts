import type { ClusterResource, ClusterStatus } from '../../platforms/pacemaker/crm-mon.ts';
import type { GuestState, NodeState, Snapshot } from '../hypervisor.ts';
import type { GuestName, GuestNames } from './guest-names.ts';
import type { RunningDomains } from './running-domains.ts';

/** Nodes as Pacemaker sees them; clocks are read elsewhere. */
export function nodeStates(status: ClusterStatus): NodeState[] {
  return status.nodes.map((node) => ({
    name: node.name,
    // Told to leave, it is a member for a while and gets no guest any more.
    online: node.online && !node.pending && !node.unclean && !node.leaving,
    unclean: node.unclean,
    drained: node.standby || node.maintenance,
    role: node.coordinator ? 'coordinator' : 'worker',
    clockOffset: null,
  }));
}

const pendingStates: Readonly<Record<string, GuestState['haState']>> = { Starting: 'starting', Stopping: 'stopping', Migrating: 'migrating' };
const roleStates: Readonly<Record<string, GuestState['haState']>> = { ...pendingStates, Started: 'started', Stopped: 'stopped' };

function haState(resource: ClusterResource): GuestState['haState'] {
  if (resource.failed || resource.blocked) return 'failed';
  if (!resource.managed) return 'unmanaged';
  // A guest that has arrived is stopped at its source as the last part of its migration.
  if (resource.nodes.length > 1 && resource.role === 'Stopping') return 'migrating';
  return pendingStates[resource.pending ?? ''] ?? roleStates[resource.role] ?? 'unknown';
}

function placesOf(domain: string, running: RunningDomains): string[] {
  return [...running].flatMap(([node, domains]) => (!(domains instanceof Error) && domains.includes(domain) ? [node] : []));
}

/** All guests: those that resources run, and domains that run without one. */
export function guestStates(status: ClusterStatus, running: RunningDomains, names: GuestNames): GuestState[] {
  const resources = status.resources.filter((resource) => resource.agent.endsWith(':VirtualDomain'));
  const managed = resources.map((resource): GuestState => {
    const { name, domain } = names.byResource(resource.id);
    return { name, kind: 'vm', haManaged: resource.managed, haState: haState(resource), assignedTo: resource.nodes[0] ?? null, runningOn: placesOf(domain, running) };
  });
  const known = new Set(managed.map((guest) => guest.name));
  const others = new Map<string, GuestName>();
  for (const domains of running.values()) {
    if (domains instanceof Error) continue;
    for (const domain of domains) {
      const name = names.byDomain(domain);
      if (!known.has(name.name)) others.set(name.name, name);
    }
  }
  return [...managed, ...[...others.values()].map(({ name, domain }): GuestState => ({ name, kind: 'vm', haManaged: false, haState: 'unmanaged', assignedTo: null, runningOn: placesOf(domain, running) }))];
}

/** What could not be read of nodes that the cluster calls online. */
export function unreadNodes(running: RunningDomains): Snapshot['unread'] {
  return [...running].flatMap(([node, answer]) => (answer instanceof Error ? [{ what: `guests on node ${node}`, why: answer.message }] : []));
}

/** Fencings with their moments. */
export function fencingsOf(status: ClusterStatus): Snapshot['fencings'] {
  return status.fencings
    .filter((event) => event.status !== 'pending' && event.action !== 'on')
    .map(({ target, completed, status: outcome }) => ({ node: target, at: completed ?? '', ok: outcome === 'success' }));
}

/** Moves, starts and stops of guests that are under way. */
export function operationsOf(status: ClusterStatus, names: GuestNames): string[] {
  return status.resources.flatMap((resource) => {
    const what = [resource.pending, resource.role].find((word) => word !== null && word in pendingStates);
    return resource.agent.endsWith(':VirtualDomain') && what !== undefined ? [`${names.byResource(resource.id).name}: ${what?.toLowerCase()}`] : [];
  });
}

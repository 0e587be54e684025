import type { GuestConfig } from '../../environment/environment.ts';
import type { ClusterMembership, ListedGuest } from '../../platforms/proxmox/requests/cluster.ts';
import type { HaCurrent, HaManager, HaService } from '../../platforms/proxmox/requests/ha.ts';
import type { ListedTask } from '../../platforms/proxmox/requests/tasks.ts';
import type { GuestState, NodeState } from '../hypervisor.ts';

/** What HA knows: the stack as it reports, and what its manager keeps. */
export interface HaView {
  current: HaCurrent;
  manager: HaManager;
}

/** `100` of `vm:100`. */
export function guestIdOf(sid: string): string {
  return sid.replace(/^(?:vm|ct):/, '');
}

/** Name of a guest in the environment file; of a stranger its own, so that it cannot pass for one of the file. */
export function guestName(guests: readonly GuestConfig[], { id, name }: Pick<ListedGuest, 'id' | 'name'>): string {
  const listed = guests.find((guest) => guest.id === id);
  if (listed !== undefined) return listed.name;
  return guests.some((guest) => guest.name === name || guest.name === id) ? `${name} (${id}, not in the environment file)` : name;
}

/** Nodes; clocks are read elsewhere. A node that is gone while HA still has guests on it is unclean: nobody knows yet whether it is dead. */
export function nodeStates(membership: ClusterMembership, { current, manager }: HaView): NodeState[] {
  const coordinator = current.master?.alive === true ? current.master.node : null;
  return membership.nodes.map(({ name, online }) => ({
    name,
    online,
    unclean: !online && (manager.nodes[name] === 'fence' || current.services.some((service) => service.node === name)),
    drained: manager.nodes[name] === 'maintenance' || current.lrms.some(({ node, state }) => node === name && state === 'maintenance'),
    role: name === coordinator ? 'coordinator' : 'worker',
    clockOffset: null,
  }));
}

/** HA's words; those that newer versions add are unknown. `fence`: its node may be dead, and the guest alive. */
const words: Readonly<Record<string, GuestState['haState']>> = {
  started: 'started', stopped: 'stopped', disabled: 'stopped', starting: 'starting', request_start: 'starting', request_start_balance: 'starting', queued: 'starting', recovery: 'starting',
  request_stop: 'stopping', stopping: 'stopping', deleting: 'stopping', migrate: 'migrating', relocate: 'migrating', error: 'failed', ignored: 'unmanaged',
};

/** `started` of a node that is no member of a cluster with quorum is only the manager's memory. */
function haState({ state, node }: HaService, membership: ClusterMembership): GuestState['haState'] {
  const said = words[state] ?? 'unknown';
  if (said !== 'started') return said;
  return membership.quorate && membership.nodes.some(({ name, online }) => name === node && online) ? 'started' : 'unknown';
}

/** All guests but templates. @param running ids of the guests whose processes a node says it runs, for each node that answered */
export function guestStates(listed: readonly ListedGuest[], guests: readonly GuestConfig[], membership: ClusterMembership, { current }: HaView, running: ReadonlyMap<string, ReadonlySet<string>>): GuestState[] {
  return listed.filter(({ template }) => !template).map((guest) => {
    const service = current.services.find(({ sid }) => guestIdOf(sid) === guest.id);
    const managed = service !== undefined && service.state !== 'ignored';
    return {
      name: guestName(guests, guest),
      kind: guest.kind,
      haManaged: managed,
      haState: service === undefined ? 'unmanaged' : haState(service, membership),
      assignedTo: managed ? service.node : null,
      runningOn: [...running].flatMap(([node, ids]) => (ids.has(guest.id) ? [node] : [])).toSorted(),
    };
  });
}

/** Tasks that run now and moves that HA has in hand. */
export function operationsOf(tasks: readonly ListedTask[], listed: readonly ListedGuest[], guests: readonly GuestConfig[], { current }: HaView): string[] {
  const nameOf = (id: string): string => guestName(guests, listed.find((guest) => guest.id === id) ?? { id, name: id });
  const running = tasks.filter(({ endTime }) => endTime === null).map(({ type, id, node }) => `${id === '' ? node : nameOf(id)}: ${type}`);
  const moving = current.services.filter(({ state }) => ['starting', 'stopping', 'migrating'].includes(words[state] ?? '')).map(({ sid, state }) => `${nameOf(guestIdOf(sid))}: ${state}`);
  return [...new Set([...running, ...moving])].toSorted();
}

/** Guests that HA gave up: it wants them disabled and enabled again. */
export function failuresOf({ current }: HaView): string[] {
  return current.services.filter(({ state }) => state === 'error').map(({ sid, node }) => `${sid} is in state error on ${node}`).toSorted();
}

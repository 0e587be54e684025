import type { GuestConfig } from '../../environment/environment.ts';
import type { ClusterMembership } from '../../platforms/proxmox/requests/cluster.ts';
import type { HaPlacementRule, HaResource } from '../../platforms/proxmox/requests/ha.ts';
import type { Caution, Snapshot } from '../hypervisor.ts';
import { affinityOf } from './affinity.ts';
import type { Placed } from './affinity-cautions.ts';
import { empties, guestOfService, moves, ruleOf } from './placement-rules.ts';
import { guestIdOf } from './states.ts';

/** The last of its nodes takes the guest down: HA keeps it in `recovery`, and tries again for good. */
function nowhereToGo(guest: string, { name, strict, nodes }: HaPlacementRule, online: readonly string[]): Caution[] {
  const [last, ...more] = online.filter((node) => node in nodes);
  if (!strict || last === undefined || more.length > 0) return [];
  return [{ faults: empties, node: last, why: `${guest} may run on ${Object.keys(nodes).toSorted().join(', ')} alone (${name}, strict), and of these only ${last} is there: HA would find it no other node, and leave it in recovery`, remedy: `Give ${name} another node, or make it not strict` }];
}

/** Of these nodes those where HA wants a guest, and takes it to by itself; null where it may stay wherever it is. */
function homesOf({ failback }: HaResource, rule: HaPlacementRule, online: readonly string[]): string[] | null {
  const named = online.filter((node) => node in rule.nodes);
  const highest = Math.max(...named.map((node) => rule.nodes[node] ?? 0));
  return (failback ?? rule.failback ?? true) && named.length > 0 ? named.filter((node) => rule.nodes[node] === highest) : null;
}

/**
 * The nodes that HA takes a guest away from by itself, within a round of the manager: those that are not the best while failback is on,
 * and those that a strict rule does not name, whatever failback is.
 */
function takenBack(guest: GuestConfig, resource: HaResource, rule: HaPlacementRule, online: readonly string[]): Caution[] {
  const homes = homesOf(resource, rule, online);
  const off = rule.kind === 'group' ? `switch failback off in the group ("ha-manager groupset ${rule.name} --nofailback 1")` : `switch failback off for it ("ha-manager set ${resource.sid} --failback 0")`;
  return online.flatMap((node): Caution[] => {
    const about = { faults: moves, node: null, guest: guest.name, to: node };
    if (rule.strict && !(node in rule.nodes)) return [{ ...about, why: `${guest.name} may run on ${Object.keys(rule.nodes).toSorted().join(', ')} alone (${rule.name}, strict)`, remedy: `Give ${rule.name} this node as well, or make it not strict, for as long as the rows run` }];
    if (homes === null || homes.includes(node)) return [];
    return [{ ...about, why: `HA wants ${guest.name} on ${homes.join(', ')} (${rule.name}), and takes it back by itself from wherever else it is moved to`, remedy: `Give all nodes one priority there, or ${off}, for as long as the rows run` }];
  });
}

/**
 * Moves that HA has not begun and will by itself: guests that are away from where it wants them, since the node there is back. Up to a round
 * of the manager nothing else tells of them, and whoever took the cluster for settled meanwhile would meet them later. A node with a service
 * that is kept apart from a guest takes it not. Pure.
 */
export function awaitedMoves(resources: readonly HaResource[], rules: readonly HaPlacementRule[], { nodes, guests: states }: Pick<Snapshot, 'nodes' | 'guests'>, guests: readonly GuestConfig[], services: Placed = []): string[] {
  const able = nodes.filter(({ online, drained }) => online && !drained).map(({ name }) => name);
  return guests.flatMap(({ name, id }) => {
    const resource = resources.find(({ sid, state }) => state === 'started' && guestIdOf(sid) === id);
    const rule = resource === undefined ? undefined : ruleOf(resource, rules);
    const state = states.find((each) => each.name === name);
    if (resource === undefined || rule === undefined || state?.haState !== 'started' || state.assignedTo === null) return [];
    const { apart } = affinityOf(resource.sid, rules);
    const homes = homesOf(resource, rule, able)?.filter((node) => !services.some((service) => service.node === node && apart.has(service.sid))) ?? [];
    return homes.length === 0 || homes.includes(state.assignedTo) ? [] : [`${name}: HA is to take it from ${state.assignedTo} to ${homes.join(' or ')} (${rule.name})`];
  });
}

/**
 * What HA's rules about nodes have against faults: a guest that would have nowhere to go, and the ways on which one of the environment file
 * would not stay where it is moved. Guests of others count unless the environment file lets unprotected ones go down. Pure.
 */
export function placementCautions(resources: readonly HaResource[], rules: readonly HaPlacementRule[], { nodes }: ClusterMembership, { guests, policy }: { guests: readonly GuestConfig[]; policy: { unprotectedGuests: 'allow' | 'refuse' } }): Caution[] {
  const online = nodes.filter((node) => node.online).map(({ name }) => name).toSorted();
  return resources.filter(({ state }) => state === 'started').flatMap((resource): Caution[] => {
    const rule = ruleOf(resource, rules);
    const guest = guestOfService(resource.sid, guests);
    if (rule === undefined || (guest === undefined && policy.unprotectedGuests === 'allow')) return [];
    return [...nowhereToGo(guest?.name ?? resource.sid, rule, online), ...(guest === undefined ? [] : takenBack(guest, resource, rule, online))];
  });
}

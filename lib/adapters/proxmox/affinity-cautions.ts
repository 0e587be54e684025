import type { GuestConfig } from '../../environment/environment.ts';
import type { HaPlacementRule, HaResource, HaService } from '../../platforms/proxmox/requests/ha.ts';
import type { Caution } from '../hypervisor.ts';
import { affinityOf } from './affinity.ts';
import { empties, guestOfService, moves, ruleOf } from './placement-rules.ts';

/** Where HA has its services now. */
export type Placed = readonly Pick<HaService, 'sid' | 'node' | 'state'>[];

/** What the judgement is made of. */
export interface AffinityGround {
  rules: readonly HaPlacementRule[];
  services: Placed;
  /** Nodes that are there. */
  online: readonly string[];
  guests: readonly GuestConfig[];
}

/** States in which HA does not reckon with a service when it looks for a place for another one (HA/Usage.pm, get_used_service_nodes). */
const placeless = new Set(['stopped', 'request_start', 'ignored', 'disabled', 'queued', 'deleting']);

/** How to switch a rule off for the time of a run. */
const switchOff = (rule: string): string => `switch the rule off for as long as the rows run ("ha-manager rules set resource-affinity ${rule} --disable 1", and back with --disable 0)`;

const nameOf = (sid: string, guests: readonly GuestConfig[]): string => guestOfService(sid, guests)?.name ?? sid;

/**
 * What stands against moving a guest. HA refuses every way to a node with a service that is kept apart from it (HA/Manager.pm,
 * execute_migration), and moves along what is kept together with it: guests that nobody allowed to be touched, and containers by stopping them.
 */
function againstMoves(guest: GuestConfig, sid: string, { rules, services, online, guests }: AffinityGround): Caution[] {
  const { together, apart } = affinityOf(sid, rules);
  const known = services.filter(({ state }) => state !== 'ignored');
  const along = known.filter((service) => together.has(service.sid));
  const [first] = along;
  return [
    ...(first === undefined ? [] : [{ faults: moves, node: null, guest: guest.name, why: `HA moves ${along.map((service) => nameOf(service.sid, guests)).join(', ')} along with ${guest.name} (${together.get(first.sid) ?? ''} keeps them together), which is neither measured nor undone by these rows`, remedy: `To move ${guest.name} alone, ${switchOff(together.get(first.sid) ?? '')}` }]),
    ...known.flatMap((service) => {
      const rule = apart.get(service.sid);
      return rule === undefined || !online.includes(service.node) ? [] : [{ faults: moves, node: null, guest: guest.name, to: service.node, why: `HA keeps ${guest.name} apart from ${nameOf(service.sid, guests)}, which is on ${service.node} (${rule})`, remedy: `To move it there, ${switchOff(rule)}` }];
    }),
  ];
}

/** A node whose loss leaves a guest of it nowhere to go: on every other node is a service that is kept apart from it. */
function nowhereApart(guest: string, resource: HaResource, { rules, services, online }: AffinityGround): Caution[] {
  const at = services.find(({ sid }) => sid === resource.sid)?.node ?? '';
  if (!online.includes(at)) return [];
  const { apart } = affinityOf(resource.sid, rules);
  const inTheWay = services.filter(({ sid, node, state }) => apart.has(sid) && node !== at && !placeless.has(state));
  const [first] = inTheWay;
  if (first === undefined) return [];
  const rule = ruleOf(resource, rules);
  const eligible = online.filter((node) => node !== at && (rule === undefined || !rule.strict || node in rule.nodes));
  if (eligible.some((node) => !inTheWay.some((service) => service.node === node))) return [];
  const where = inTheWay.map(({ sid, node }) => `${sid} on ${node}`).join(', ');
  return [{ faults: empties, node: at, why: `without ${at} HA would find ${guest} no other node: it keeps it apart from ${where} (${[...new Set(inTheWay.map(({ sid }) => apart.get(sid)))].join(', ')})${rule?.strict === true ? `, and ${rule.name} leaves it no more nodes` : ''}, and would leave it in recovery`, remedy: `Add a node, or ${switchOff(apart.get(first.sid) ?? '')}` }];
}

/**
 * What HA's rules about services among each other (resource-affinity, PVE 9) have against faults as things are. Guests of others count
 * unless the environment file lets unprotected ones go down. Pure.
 */
export function affinityCautions(resources: readonly HaResource[], ground: AffinityGround, { unprotectedGuests }: { unprotectedGuests: 'allow' | 'refuse' }): Caution[] {
  return resources.filter(({ state }) => state === 'started').flatMap((resource): Caution[] => {
    const guest = guestOfService(resource.sid, ground.guests);
    if (guest === undefined && unprotectedGuests === 'allow') return [];
    return [...nowhereApart(guest?.name ?? resource.sid, resource, ground), ...(guest === undefined ? [] : againstMoves(guest, resource.sid, ground))];
  });
}

/**
 * Moves that HA has not begun and will by itself, since two of its services are not as a rule wants them to each other. Two that are to be
 * together stay where they are when both have failback off (HA/Manager.pm, select_service_node). Pure.
 */
export function awaitedByAffinity(resources: readonly HaResource[], { rules, services, online, guests }: AffinityGround): string[] {
  const staysPut = (sid: string): boolean => resources.some((resource) => resource.sid === sid && resource.failback === false);
  const settled = services.filter(({ state, node }) => state === 'started' && online.includes(node));
  return settled.flatMap(({ sid, node }) => {
    const guest = guestOfService(sid, guests);
    if (guest === undefined) return [];
    const { together, apart } = affinityOf(sid, rules);
    return settled.flatMap((other) => {
      const [bond, distance] = [together.get(other.sid), apart.get(other.sid)];
      if (bond !== undefined && other.node !== node && !(staysPut(sid) && staysPut(other.sid))) return [`${guest.name}: HA is to bring it from ${node} and ${nameOf(other.sid, guests)} from ${other.node} together (${bond})`];
      return distance !== undefined && other.node === node ? [`${guest.name}: HA is to take it and ${nameOf(other.sid, guests)} apart, both on ${node} (${distance})`] : [];
    });
  });
}

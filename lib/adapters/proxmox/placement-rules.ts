import type { GuestConfig } from '../../environment/environment.ts';
import type { HaPlacementRule, HaResource } from '../../platforms/proxmox/requests/ha.ts';
import { affinityOf } from './affinity.ts';
import { guestIdOf } from './states.ts';

/** Faults by which a node's guests have to go somewhere else. */
export const empties: readonly string[] = ['node-power', 'node-shutdown', 'network-partition', 'maintenance'];
/** What moves a guest. */
export const moves: readonly string[] = ['live-migration', 'container-migration'];

/** The guest of the environment file that a service is. */
export function guestOfService(sid: string, guests: readonly GuestConfig[]): GuestConfig | undefined {
  return guests.find(({ id }) => id === guestIdOf(sid));
}

/**
 * The rule, or before PVE 9 the group, that says where a guest may or should be. What is kept together with a guest shares the rule that one
 * of them has (HA/Rules.pm, create_implicit_positive_resource_affinity_node_affinity_rules).
 */
export function ruleOf({ sid, group }: Pick<HaResource, 'sid' | 'group'>, rules: readonly HaPlacementRule[]): HaPlacementRule | undefined {
  const { together } = affinityOf(sid, rules);
  const about = (one: string) => ({ kind, sids }: HaPlacementRule): boolean => kind === 'node-affinity' && sids.includes(one);
  return rules.find((rule) => about(sid)(rule) || (rule.kind === 'group' && rule.name === group)) ?? [...together.keys()].map((one) => rules.find(about(one))).find((rule) => rule !== undefined);
}

import type { ManagerModel, RuleModel, ServiceModel, World } from './world.ts';

const ruleOf = ({ rules }: World, sid: string): RuleModel | undefined => rules.find(({ sids, affinity }) => affinity === undefined && sids.includes(sid));

/** Services that a rule keeps together with one, or apart from it. The model has no rules that follow from others. */
function related({ rules, manager }: World, sid: string, affinity: RuleModel['affinity']): ServiceModel[] {
  const sids = new Set(rules.filter((rule) => rule.affinity === affinity && rule.sids.includes(sid)).flatMap((rule) => rule.sids));
  return [...manager.services.values()].filter((service) => service.sid !== sid && sids.has(service.sid));
}

/** Services that HA moves along (HA/Config.pm, get_resource_motion_info). */
export const dependentsOf = (world: World, sid: string): string[] => related(world, sid, 'positive').map((service) => service.sid).toSorted();

/** Services that keep one off a node: what is on its way keeps it off both ends. */
export const blockersOn = (world: World, sid: string, node: string): string[] => related(world, sid, 'negative').filter((service) => service.node === node || service.target === node).map((service) => service.sid).toSorted();

export function mayRunOn(world: World, sid: string, node: string): boolean {
  const rule = ruleOf(world, sid);
  return rule === undefined || !rule.strict || node in rule.nodes;
}

/** Of these nodes those that the rule of a service prefers; all of them where it has none, or none of its own is there and others may be taken. */
function preferred(world: World, sid: string, nodes: readonly string[]): string[] {
  const rule = ruleOf(world, sid);
  if (rule === undefined) return [...nodes];
  const named = nodes.filter((node) => node in rule.nodes);
  if (named.length === 0) return rule.strict ? [] : [...nodes];
  const highest = Math.max(...named.map((node) => rule.nodes[node] ?? 0));
  return named.filter((node) => rule.nodes[node] === highest);
}

/** The best of these nodes for a service: without those that it is kept off, and where what it is kept together with is (HA/Rules/ResourceAffinity.pm). */
export function best(world: World, sid: string, nodes: readonly string[]): string[] {
  const free = preferred(world, sid, nodes).filter((node) => blockersOn(world, sid, node).length === 0);
  const friends = related(world, sid, 'positive').filter(({ state }) => state !== 'stopped' && state !== 'request_start').map(({ node, target }) => target ?? node);
  const [first] = free.filter((node) => friends.includes(node));
  return first === undefined ? free : [first];
}

/** What was asked for, as the manager takes it (HA/Manager.pm, execute_migration): not to a node that a service is kept off, and with all that is kept together. */
export function ordersFor(world: World): ManagerModel['orders'] {
  return world.manager.orders.filter(({ sid, target }) => blockersOn(world, sid, target).length === 0).flatMap((order) => [order, ...dependentsOf(world, order.sid).map((sid) => ({ ...order, sid }))]);
}

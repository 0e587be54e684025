import type { BlockedWay, MigrationPrecheck } from '../../platforms/proxmox/requests/guests.ts';

/** What lies in a way, in words. */
function wordsOf(target: string, { storages, devices, services }: BlockedWay): string {
  return [
    ...(storages.length === 0 ? [] : [`${target} does not have the storage ${storages.join(', ')}`]),
    ...(devices.length === 0 ? [] : [`${target} has nothing mapped for ${devices.join(', ')}`]),
    ...services.map(({ sid, cause }) => (cause === 'node-affinity' ? `a rule of HA about the nodes of ${sid} forbids it` : `HA keeps it apart from ${sid}, which is there`)),
  ].join(', ');
}

/** Whether nothing but HA's rules lies in a way: that is how the cluster is meant to be. */
export function isByRules({ storages, devices, services }: BlockedWay): boolean {
  return services.length > 0 && storages.length + devices.length === 0;
}

/**
 * Why the source node would not let a guest go to a target, by what it says beforehand; null when nothing is said against it. Where it names
 * the nodes that it would let it go to (PVE 9, before only of guests that are off), any other is closed, too. Pure.
 */
export function closedWay({ blocked, allowed }: Pick<MigrationPrecheck, 'blocked' | 'allowed'>, target: string): { why: string; remedy: string } | null {
  const found = blocked.find(({ node }) => node === target);
  if (found !== undefined) return { why: wordsOf(target, found.why), remedy: isByRules(found.why) ? 'Name another node, or switch the rule off for as long as the rows run ("ha-manager rules config" shows them).' : `Make on ${target} available what the guest needs, or name another node.` };
  return allowed.length > 0 && !allowed.includes(target) ? { why: `the node that has it names only ${allowed.join(', ')}`, remedy: 'Name one of these.' } : null;
}

/** What `prerequisites` makes of all ways: obstacles are lacks of the ground, what the rules close is only said. Pure. */
export function waysFrom({ blocked, allowed, localDisks, localResources, dependents }: MigrationPrecheck, others: readonly string[]): { ok: boolean; detail: string } {
  const ways = blocked.filter(({ node }) => others.includes(node));
  const shut = allowed.length === 0 ? [] : others.filter((node) => !allowed.includes(node) && !ways.some((way) => way.node === node));
  const obstacles = [...localDisks, ...localResources, ...ways.filter(({ why }) => !isByRules(why)).map(({ node, why }) => `not to ${node}: ${wordsOf(node, why)}`), ...shut.map((node) => `not to ${node}`)];
  const byRules = ways.filter(({ why }) => isByRules(why)).map(({ node, why }) => `not to ${node} (${wordsOf(node, why)})`);
  const along = dependents.length === 0 ? [] : [`HA moves ${dependents.join(', ')} along`];
  return { ok: obstacles.length === 0, detail: obstacles.length > 0 ? obstacles.join(', ') : [byRules.length === 0 ? 'to every other node' : 'as far as the rules of HA let it', ...byRules, ...along].join('; ') };
}

import type { RuleModel, World } from './world.ts';

const ruleOf = ({ rules }: World, sid: string): RuleModel | undefined => rules.find(({ sids }) => sids.includes(sid));

export function mayRunOn(world: World, sid: string, node: string): boolean {
  const rule = ruleOf(world, sid);
  return rule === undefined || !rule.strict || node in rule.nodes;
}

/** Of these nodes those that the rule of a service prefers; all of them where it has none, or none of its own is there and others may be taken. */
export function best(world: World, sid: string, nodes: readonly string[]): string[] {
  const rule = ruleOf(world, sid);
  if (rule === undefined) return [...nodes];
  const named = nodes.filter((node) => node in rule.nodes);
  if (named.length === 0) return rule.strict ? [] : [...nodes];
  const highest = Math.max(...named.map((node) => rule.nodes[node] ?? 0));
  return named.filter((node) => rule.nodes[node] === highest);
}

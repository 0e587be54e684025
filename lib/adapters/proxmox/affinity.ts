import type { HaPlacementRule } from '../../platforms/proxmox/requests/ha.ts';

/** What the rules about services among each other make of one of them; each service with the rule that says so. */
export interface Affinity {
  /** Services that HA keeps on its node, and moves along with it. */
  together: ReadonlyMap<string, string>;
  /** Services that HA keeps off its node. */
  apart: ReadonlyMap<string, string>;
}

/**
 * The rules as HA compiles them (HA/Rules/ResourceAffinity.pm): services that are kept together, through whatever rules connect them, are
 * one group, and what is kept apart from one of the group is kept apart from all of it. Pure.
 */
export function affinityOf(sid: string, rules: readonly HaPlacementRule[]): Affinity {
  const group = new Map([[sid, '']]);
  // A map goes on with what is added while it is gone through.
  for (const one of group.keys()) {
    for (const { name, sids, affinity } of rules) if (affinity === 'positive' && sids.includes(one)) for (const other of sids) if (!group.has(other)) group.set(other, name);
  }
  const apart = rules.filter(({ sids, affinity }) => affinity === 'negative' && sids.some((one) => group.has(one)));
  const together = new Map([...group].filter(([one]) => one !== sid));
  return { together, apart: new Map(apart.flatMap(({ name, sids }) => sids.filter((other) => !group.has(other)).map((other) => [other, name] as const))) };
}

import type { Target } from '../record/types.ts';
import type { Intent } from '../safety/interlocks.ts';
import type { Preparation } from './row.ts';

/** An intent with the whole of its target, for the audit log. */
export interface TargetedIntent extends Intent {
  target: Target;
}

const nowhere: Target = { node: null, role: null, disk: null };

/** The intent to do something to a target, as the interlocks are asked about it. */
export function intentOn(fault: string, target: Target, more: Partial<Pick<Intent, 'guest' | 'beside' | 'overrides'>> = {}): TargetedIntent {
  return { fault, target, node: target.node, disk: target.disk, guest: null, ...more };
}

/**
 * Everything that a scenario is about to do: what it needs permission for, and its faults. Those that will be in place together
 * are asked about as such: each with the ones before it.
 */
export function intentsOf({ permissions, faults, together }: Pick<Preparation, 'permissions' | 'faults' | 'together'>, guest: string | null): TargetedIntent[] {
  return [
    ...permissions.map((permission) => intentOn(permission, nowhere, { guest })),
    ...faults.map(({ name, target, overrides = [] }, index) => intentOn(name, target, { guest, overrides, beside: together === true ? faults.slice(0, index).map((other) => other.target) : [] })),
  ];
}

import type { GuestConfig } from '../environment/environment.ts';
import { wordOf } from './environment-parts.ts';
import type { Inverse, UndoData } from './fault.ts';

/** The undo of moving a guest: some platforms pin a guest to the node that it was moved to, and leave it so. */
export function placementUndo(guest: GuestConfig): UndoData {
  return {
    inverse: 'placement',
    version: 1,
    data: { guest: guest.name },
    title: `take back what moving guest ${guest.name} left in the cluster's configuration`,
    manual: [`# In the HA manager, remove the constraint or preference that binds ${guest.name} (${guest.id}) to a node since it was moved.`],
  };
}

/**
 * Takes back what a move left. The contract's `clearPlacement` changes nothing when nothing is left, reads back what it did, and
 * throws when something stays; so it is the verification as well.
 */
export const placement: Inverse = {
  name: 'placement',
  versions: [1],
  revert: async (undo, context) => {
    const hypervisor = await context.hypervisor();
    await hypervisor.clearPlacement(wordOf(undo.data, 'guest'), { signal: context.signal });
  },
  verify: async (undo, context) => {
    await placement.revert(undo, context);
    return true;
  },
};

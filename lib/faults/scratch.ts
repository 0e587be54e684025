import type { GuestConfig } from '../environment/environment.ts';
import { wordOf } from './environment-parts.ts';
import type { Inverse, UndoData } from './fault.ts';

/** The undo of restoring a backup beside its original: the scratch guest, its disks and its network. */
export function scratchUndo(guest: GuestConfig): UndoData {
  return {
    inverse: 'scratch-remains',
    version: 1,
    data: { guest: guest.name },
    title: `end the scratch guest that was restored from a backup of guest ${guest.name}, and remove its disks and network`,
    manual: [`# On the platform, end the guest that was restored beside ${guest.name} (${guest.id}) and whose name says that it is a scratch guest of ha-acceptance; delete its disks and its isolated network.`],
  };
}

/**
 * Removes a scratch guest. The contract's `removeScratch` changes nothing when nothing is left, reads back what it did, and throws when
 * something stays; so it is the verification as well.
 */
export const scratchRemains: Inverse = {
  name: 'scratch-remains',
  versions: [1],
  revert: async (undo, context) => {
    const { scratch } = await context.hypervisor();
    if (scratch === undefined) throw new Error('This platform restores no scratch guests, so the entry is not of this cluster. Use the environment file that it was opened with.');
    await scratch.removeScratch(wordOf(undo.data, 'guest'), { signal: context.signal });
  },
  verify: async (undo, context) => {
    await scratchRemains.revert(undo, context);
    return true;
  },
};

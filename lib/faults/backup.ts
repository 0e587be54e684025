import type { GuestConfig } from '../environment/environment.ts';
import { wordOf } from './environment-parts.ts';
import type { Inverse, UndoData } from './fault.ts';

/** The undo of a backup: a job of ours that still runs, and archives of ours. What others backed up is not touched. */
export function backupUndo(guest: GuestConfig): UndoData {
  return {
    inverse: 'backup-remains',
    version: 1,
    data: { guest: guest.name },
    title: `cancel a backup of ours of guest ${guest.name} and remove its archives`,
    manual: [`# On the platform, cancel the backup of ${guest.name} (${guest.id}) that this tool started, if it still runs, and delete the archives whose names say that they are of ha-acceptance.`],
  };
}

/**
 * Removes what a backup of ours left. The contract's `abandonBackups` changes nothing when nothing is left, reads back what it did,
 * and throws when something stays; so it is the verification as well.
 */
export const backupRemains: Inverse = {
  name: 'backup-remains',
  versions: [1],
  revert: async (undo, context) => {
    const hypervisor = await context.hypervisor();
    await hypervisor.abandonBackups(wordOf(undo.data, 'guest'), { signal: context.signal });
  },
  verify: async (undo, context) => {
    await backupRemains.revert(undo, context);
    return true;
  },
};

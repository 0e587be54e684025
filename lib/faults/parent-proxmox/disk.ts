import type { DiskHand } from '../../environment/environment.ts';
import type { DiskControl, DiskReading } from '../disk-control.ts';
import { openParent } from './parent.ts';
import type { Parent, ParentHand } from './parent.ts';

type ParentDiskHand = Extract<DiskHand, { hand: 'parent-proxmox' }>;

/** A drive's volume and its options in an order of their own: the parent writes them in any. */
function sameDrive(one: string, other: string): boolean {
  const parts = (text: string): string => text.split(',').map((part, index) => (index === 0 ? part.replace(/^file=/, '') : part)).toSorted().join(',');
  return parts(one) === parts(other);
}

/** What stands in the slot: the drive of the environment file, nothing, or a drive that is on its way out with the next start. */
async function read(parent: Parent, hand: ParentHand, disk: ParentDiskHand, signal: AbortSignal): Promise<DiskReading> {
  const inForce = (await parent.config('running', signal))[disk.slot];
  if (inForce === undefined) return 'removed';
  if (!sameDrive(inForce, disk.drive)) throw new Error(`In slot ${disk.slot} of guest ${hand.guest} is another drive than the environment file says. If it is the right one, write drive: "${inForce}" at the disk ${disk.id} of nodes[].disks.`);
  return (await parent.config('wanted', signal))[disk.slot] === undefined ? 'changing' : 'present';
}

/** A drive that the node does not let go stays in force, and its removal would wait for the next start: that is taken back. */
async function insert(parent: Parent, hand: ParentHand, disk: ParentDiskHand, signal: AbortSignal): Promise<void> {
  const state = await read(parent, hand, disk, signal);
  if (state === 'present') return;
  await parent.change(state === 'changing' ? { revert: disk.slot } : { [disk.slot]: disk.drive }, signal);
}

/** A disk of a node that is a guest of a Proxmox VE: unplugged there while the node runs, and plugged in again as it was. */
export function parentDiskControl(hand: ParentHand, disk: ParentDiskHand, node: string): DiskControl {
  let opened: Parent | null = null;
  const parent = (): Parent => (opened ??= openParent(hand));
  return {
    how: `${disk.slot} of guest ${hand.guest} of the parent at ${hand.url}`,
    byProcess: false,
    read: async (signal) => read(parent(), hand, disk, signal),
    remove: async (signal) => {
      const state = await read(parent(), hand, disk, signal);
      if (state === 'removed') throw new Error(`Slot ${disk.slot} of guest ${hand.guest} is empty: there is no disk ${disk.id} to take out of ${node}.`);
      await parent().change({ delete: disk.slot }, signal);
    },
    insert: async (signal) => insert(parent(), hand, disk, signal),
    manualInsert: () => [`# On the parent of ${node} (${hand.url}), on the host where its guest ${hand.guest} is: qm list shows it.`, `qm set ${hand.guest} --${disk.slot} '${disk.drive}'`],
  };
}

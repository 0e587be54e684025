import { truncateSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { capacity, giveCapacity, measureCapacity, takeCapacity, type LoopDevice } from './loop-device.ts';

/** `insert` gives the same disk back, `replace` puts an empty one into the slot. */
export const diskActions = ['remove', 'insert', 'replace', 'status'] as const;
export type DiskAction = (typeof diskActions)[number];
export type DiskStatus = 'present' | 'removed';

/** A slot of the disk bay. */
export interface DiskSlot {
  /** Name of the disk as the storage calls it, for example `osd.0`. */
  id: string;
  file: string;
  device: LoopDevice;
}

const settleTimeoutMs = 5000;

export function diskStatus(slot: DiskSlot): DiskStatus {
  return capacity(slot.device) > 0 ? 'present' : 'removed';
}

async function reach(slot: DiskSlot, wanted: DiskStatus): Promise<DiskStatus> {
  if (diskStatus(slot) === wanted) return wanted;
  if (wanted === 'removed') takeCapacity(slot.device);
  else giveCapacity(slot.device);
  const deadline = performance.now() + settleTimeoutMs;
  while (diskStatus(slot) !== wanted) {
    if (performance.now() > deadline) throw new Error(`The kernel does not report ${slot.id} (/dev/loop${slot.device.number}) as ${wanted}.`);
    // A write that was under way lands behind the end of the file and makes it longer, which leaves the disk a capacity (seen: 15400 sectors).
    if (wanted === 'removed') {
      truncateSync(slot.file, slot.device.size);
      measureCapacity(slot.device);
    }
    await sleep(5);
  }
  return wanted;
}

/** Pulls the disk, puts one in, or only looks; resolves when the kernel says so. Pulling and inserting are idempotent. */
export async function operateDisk(slot: DiskSlot, action: DiskAction): Promise<DiskStatus> {
  if (action === 'status') return diskStatus(slot);
  if (action === 'remove') return reach(slot, 'removed');
  if (action === 'replace') {
    if (diskStatus(slot) === 'present') throw new Error(`Slot ${slot.id} still holds a disk. Remove it first.`);
    truncateSync(slot.file, 0);
    truncateSync(slot.file, slot.device.size);
  }
  return reach(slot, 'present');
}

/** Reads the path of a request to the bay: `/disks/<id>/<action>`. Null when it is none; an error when there is no such disk or action. */
export function parseDiskPath(path: string, ids: readonly string[]): { id: string; action: DiskAction } | null {
  const [, folder, id = '', name = '', ...rest] = path.split('/').map(decodeURIComponent);
  if (folder !== 'disks') return null;
  const action = diskActions.find((candidate) => candidate === name);
  if (action === undefined || rest.length > 0) throw new Error(`The disk bay can ${diskActions.join(', ')}, not "${name}".`);
  if (!ids.includes(id)) throw new Error(`The disk bay has no disk "${id}". Its disks are ${ids.join(', ')}.`);
  return { id, action };
}

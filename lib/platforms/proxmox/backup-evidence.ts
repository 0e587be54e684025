import type { ListedBackup } from './requests/storage.ts';
import type { Upid } from './upid.ts';

/**
 * The backup that a task made, from the storage's own list: of the guest, begun since the task was, and not empty. An OK of the
 * task is no proof that there is one. Both times are by the clock of the node that made it.
 *
 * @returns null when there is none, the oldest when there are several: a later one is somebody else's.
 */
export function backupOf(task: Upid, listed: readonly ListedBackup[]): ListedBackup | null {
  const found = listed.filter(({ vmid, createdAt, bytes }) => vmid === task.id && createdAt >= task.startTime && bytes > 0);
  return found.toSorted((one, other) => one.createdAt - other.createdAt)[0] ?? null;
}

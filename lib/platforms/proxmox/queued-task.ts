import type { ListedTask } from './requests/tasks.ts';
import type { Upid } from './upid.ts';

/**
 * For a guest under HA these tasks only tell the manager what is wanted, and end OK within seconds; a resource manager then
 * starts the real one, as root@pam (API2/Qemu.pm, HA/Resources/PVEVM.pm).
 */
const realTypes: Readonly<Record<string, readonly string[]>> = {
  hamigrate: ['qmigrate', 'vzmigrate'],
  hastop: ['qmshutdown', 'qmstop', 'vzshutdown', 'vzstop'],
  hastart: ['qmstart', 'vzstart'],
};

/** Clocks of two nodes may differ by this and their tasks still be put in order, s; quorum is lost long before with worse clocks. */
const clockSkewS = 5;

/** Whether a task only queues its work with the HA manager: its OK proves nothing. */
export function isQueued(task: Upid): boolean {
  return task.type in realTypes;
}

/**
 * The task that carries out what a queued task asked for: of the right kind, about the same guest, begun since. Null while
 * there is none; the newest when there are several (a stop follows a shutdown that took too long).
 *
 * @param tasks of the node that will do it: the source of a migration, the guest's node for the others; or of the cluster.
 */
export function realTaskOf(queued: Upid, tasks: readonly ListedTask[]): ListedTask | null {
  const types = realTypes[queued.type] ?? [];
  const since = (node: string): number => queued.startTime - (node === queued.node ? 0 : clockSkewS);
  const found = tasks.filter(({ type, id, node, startTime, upid }) => types.includes(type) && id === queued.id && startTime >= since(node) && upid !== queued.text);
  return found.toSorted((one, other) => other.startTime - one.startTime)[0] ?? null;
}

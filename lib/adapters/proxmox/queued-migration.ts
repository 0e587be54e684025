import type { ClusterMembership } from '../../platforms/proxmox/requests/cluster.ts';
import type { GuestNow } from '../../platforms/proxmox/requests/guests.ts';
import type { HaCurrent } from '../../platforms/proxmox/requests/ha.ts';
import type { ListedTask } from '../../platforms/proxmox/requests/tasks.ts';
import { judgeExit } from '../../platforms/proxmox/follow-task.ts';
import { realTaskOf } from '../../platforms/proxmox/queued-task.ts';
import type { Upid } from '../../platforms/proxmox/upid.ts';

/** One look at a migration that was asked of HA. */
export interface MigrationSighting {
  /** ms since the task that asked the manager ended OK. */
  sinceQueuedMs: number;
  membership: ClusterMembership;
  ha: HaCurrent;
  /** Tasks of the source node; null when it could not be asked. */
  tasks: readonly ListedTask[] | null;
  /** The guest as the target sees it; null when the target does not have it (yet). */
  atTarget: GuestNow | null;
}

export interface QueuedMigration {
  queued: Upid;
  sid: string;
  source: string;
  target: string;
  /** Age of the guest's process when it was asked, s; a live migration takes it along. */
  uptimeBeforeS: number;
}

/**
 * `refused`: the manager let it lie, by its rules or because the guest was there already. `lost`: a node that had a part in it left
 * the cluster, and nobody can tell how far it had come.
 */
export type MigrationState =
  | { state: 'queued' | 'moving'; why: string; real: ListedTask | null }
  | { state: 'arrived'; real: ListedTask }
  | { state: 'failed'; why: string; real: ListedTask }
  | { state: 'refused' | 'lost'; why: string };

/** The real task was seen 10 s after the queued one; two rounds of the manager and two of the resource manager fit into this, ms. */
const startWithinMs = 40_000;
/** A real migration ends, and HA confirms it within its rounds; uptime is told in whole seconds. */
const uptimeToleranceS = 2;

/**
 * How a migration stands that was asked of HA. The `hamigrate` task's OK says only that it was asked; the guest's row shows the
 * target about 20 s before the migration ends; so it has arrived when the real task ended well, HA has it started there, and the
 * target itself says that its process runs, unlocked, as old as before.
 */
export function migrationState({ queued, sid, source, target, uptimeBeforeS }: QueuedMigration, { sinceQueuedMs, membership, ha, tasks, atTarget }: MigrationSighting): MigrationState {
  const service = ha.services.find((each) => each.sid === sid);
  const isMember = (node: string): boolean => membership.nodes.some(({ name, online }) => name === node && online);
  // Only a view with quorum says of somebody else that it is gone.
  const hasLeft = (node: string): boolean => membership.quorate && !isMember(node);
  const word = `HA says ${service?.state ?? 'nothing'} on ${service?.node ?? 'no node'}`;
  if (hasLeft(source)) return { state: 'lost', why: `${source} left the cluster, and the task that was to move ${sid} with it; ${word}` };
  if (tasks === null) return { state: 'queued', why: `${source} could not be asked for its tasks`, real: null };
  const real = realTaskOf(queued, tasks);
  if (real === null) {
    const waiting = service?.state === 'migrate' || service?.state === 'relocate';
    // The wish stays in the queue: the next manager would carry it out when it was long given up here.
    const isUnled = ha.master?.alive !== true;
    if (sinceQueuedMs < startWithinMs || waiting || isUnled) return { state: 'queued', why: `HA says ${service?.state ?? 'nothing'}, and no migration has begun${isUnled ? ': no manager is alive' : ''}`, real };
    return { state: 'refused', why: `HA was asked to move ${sid} to ${target} ${Math.round(sinceQueuedMs / 1000)} s ago and has not begun. It lets such a wish lie when the guest is there already, the target is offline or in maintenance, or a rule forbids it: see the journal of pve-ha-crm on ${ha.master?.node ?? 'the master'}, and HA rules or groups.` };
  }
  const end = real.status === null ? null : judgeExit(real.status);
  if (end !== null && end.state !== 'ok') return { state: 'failed', why: `${real.upid}: ${real.status}`, real };
  if (hasLeft(target)) return { state: 'lost', why: `${target} left the cluster ${end === null ? 'in the middle of it' : 'when it had just ended'} (${real.upid}: ${real.status ?? 'runs'}); ${word}` };
  if (end === null) return { state: 'moving', why: `${real.upid} runs`, real };
  const moving = (why: string): MigrationState => ({ state: 'moving', why, real });
  if (!membership.quorate || !isMember(target)) return moving(`${target} is no member of a cluster with quorum`);
  // With a rule that prefers another node, HA sends the guest on in the round in which it has arrived: it is never seen at rest there.
  if ((service?.state === 'migrate' || service?.state === 'relocate') && service.node === target) return { state: 'failed', why: `${real.upid} ended OK, and HA moves ${sid} on from ${target} by itself: a rule or group prefers another node, and failback is on`, real };
  if (service?.state !== 'started' || service.node !== target) return moving(word);
  if (atTarget?.running !== true) return moving(`${target} does not say that it runs`);
  if (atTarget.lock !== null) return moving(`it is locked (${atTarget.lock})`);
  if (atTarget.qmpStatus !== null && atTarget.qmpStatus !== 'running') return moving(`its process on ${target} is ${atTarget.qmpStatus}`);
  if (real.type === 'qmigrate' && atTarget.uptimeS < uptimeBeforeS - uptimeToleranceS) return { state: 'failed', why: `${sid} runs on ${target}, but its process is ${atTarget.uptimeS} s old where it was ${uptimeBeforeS} s before: it was started anew and not migrated live`, real };
  return { state: 'arrived', real };
}

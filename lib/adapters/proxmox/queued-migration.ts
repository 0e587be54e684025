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
  /** Tasks of the source node. */
  tasks: readonly ListedTask[];
  /** The guest as the target sees it; null when the target does not have it (yet). */
  atTarget: GuestNow | null;
}

export interface QueuedMigration {
  queued: Upid;
  sid: string;
  target: string;
  /** Age of the guest's process when it was asked, s; a live migration takes it along. */
  uptimeBeforeS: number;
}

/** `refused`: the manager let it lie, by its rules or because the guest was there already. */
export type MigrationState =
  | { state: 'queued' | 'moving'; why: string; real: ListedTask | null }
  | { state: 'arrived'; real: ListedTask }
  | { state: 'failed'; why: string; real: ListedTask }
  | { state: 'refused'; why: string };

/** The real task was seen 10 s after the queued one; two rounds of the manager and two of the resource manager fit into this, ms. */
const startWithinMs = 40_000;
/** A real migration ends, and HA confirms it within its rounds; uptime is told in whole seconds. */
const uptimeToleranceS = 2;

/**
 * How a migration stands that was asked of HA. The `hamigrate` task's OK says only that it was asked; the guest's row shows the
 * target about 20 s before the migration ends; so it has arrived when the real task ended well, HA has it started there, and the
 * target itself says that its process runs, unlocked, as old as before.
 */
export function migrationState({ queued, sid, target, uptimeBeforeS }: QueuedMigration, { sinceQueuedMs, membership, ha, tasks, atTarget }: MigrationSighting): MigrationState {
  const real = realTaskOf(queued, tasks);
  const service = ha.services.find((each) => each.sid === sid);
  if (real === null) {
    const waiting = service?.state === 'migrate' || service?.state === 'relocate';
    if (sinceQueuedMs < startWithinMs || waiting) return { state: 'queued', why: `HA says ${service?.state ?? 'nothing'}, and no migration has begun`, real };
    return { state: 'refused', why: `HA was asked to move ${sid} to ${target} ${Math.round(sinceQueuedMs / 1000)} s ago and has not begun. It lets such a wish lie when the guest is there already, the target is offline or in maintenance, or a rule forbids it: see the journal of pve-ha-crm on ${ha.master?.node ?? 'the master'}, and HA rules or groups.` };
  }
  if (real.status === null) return { state: 'moving', why: `${real.upid} runs`, real };
  const end = judgeExit(real.status);
  if (end.state !== 'ok') return { state: 'failed', why: `${real.upid}: ${real.status}`, real };
  const moving = (why: string): MigrationState => ({ state: 'moving', why, real });
  if (!membership.quorate || !membership.nodes.some(({ name, online }) => name === target && online)) return moving(`${target} is no member of a cluster with quorum`);
  if (service?.state !== 'started' || service.node !== target) return moving(`HA says ${service?.state ?? 'nothing'} on ${service?.node ?? 'no node'}`);
  if (atTarget?.running !== true) return moving(`${target} does not say that it runs`);
  if (atTarget.lock !== null) return moving(`it is locked (${atTarget.lock})`);
  if (atTarget.qmpStatus !== null && atTarget.qmpStatus !== 'running') return moving(`its process on ${target} is ${atTarget.qmpStatus}`);
  if (real.type === 'qmigrate' && atTarget.uptimeS < uptimeBeforeS - uptimeToleranceS) return { state: 'failed', why: `${sid} runs on ${target}, but its process is ${atTarget.uptimeS} s old where it was ${uptimeBeforeS} s before: it was started anew and not migrated live`, real };
  return { state: 'arrived', real };
}

import { followTask } from '../../platforms/proxmox/follow-task.ts';
import { ProxmoxError, tellsNothing } from '../../platforms/proxmox/proxmox-error.ts';
import { guestNow } from '../../platforms/proxmox/requests/guests.ts';
import { haCurrent } from '../../platforms/proxmox/requests/ha.ts';
import { nodeTasks } from '../../platforms/proxmox/requests/tasks.ts';
import { parseUpid } from '../../platforms/proxmox/upid.ts';
import type { Upid } from '../../platforms/proxmox/upid.ts';
import { AdapterError } from '../adapter-error.ts';
import type { OperationLog } from '../operation.ts';
import { mayPass } from './context.ts';
import type { ProxmoxContext } from './context.ts';
import type { FoundGuest } from './guest-lookup.ts';
import { migrationState } from './queued-migration.ts';
import type { MigrationSighting } from './queued-migration.ts';
import { quorateView } from './quorate-view.ts';

const askTimeoutMs = 60_000;
const pollMs = 2000;

/** A guest on its way to another node. */
export interface Move {
  phase: string;
  guest: FoundGuest;
  target: string;
  /** Age of the guest's process beforehand, s. */
  uptimeS: number;
}

/** How a move is followed. */
export interface Following {
  log: OperationLog;
  signal: AbortSignal;
  isUnderWay: () => void;
}

/** A move that did not come to be. `unknown`: nobody can tell where the guest is. */
export function moveFailed({ phase, guest: { config: { name } } }: Pick<Move, 'phase' | 'guest'>, message: string, remedy: string, blame: 'cluster' | 'unknown' = 'cluster'): AdapterError {
  return new AdapterError({ message, blame, impact: blame === 'cluster' ? 'It was not moved as it should be.' : 'It may have been moved.', remedy, phase, target: name });
}

/** One look at a migration that was asked of HA; null when nobody with quorum could be asked just now. A node that is silent may be the one that died of it. */
async function look(context: ProxmoxContext, { guest, target }: Move, sinceQueuedMs: number, { log, signal }: Following): Promise<MigrationSighting | null> {
  const { client } = context;
  const { id, kind } = guest.config;
  const tellSilence = (what: string) => (error: unknown): null => {
    signal.throwIfAborted();
    const isElsewhere = error instanceof ProxmoxError && error.kind === 'guest-not-here';
    if (!isElsewhere && !mayPass(error) && !tellsNothing(error)) throw error;
    if (!isElsewhere) log.add(`${what} could not be read: ${(error as Error).message}`);
    return null;
  };
  try {
    const { membership, endpoint } = await quorateView(context, { signal });
    const [ha, tasks, atTarget] = await Promise.all([
      client.read(haCurrent(), { signal, endpoint }),
      client.read(nodeTasks(guest.node, { vmid: id }), { signal }).catch(tellSilence(`the list of tasks of ${guest.node}`)),
      client.read(guestNow(target, kind, id), { signal }).catch(tellSilence(`the guest on ${target}`)),
    ]);
    return { sinceQueuedMs, membership, ha, tasks, atTarget };
  } catch (error) {
    return tellSilence('the cluster')(error);
  }
}

/**
 * Follows a move that was only asked of HA until the guest has arrived. Ends as soon as the cluster shows that it will not: the real
 * task failed, the wish was let lie, or one of the two nodes left the cluster.
 *
 * @returns the task that moved it
 */
export async function followQueued(context: ProxmoxContext, move: Move, queued: Upid, following: Following): Promise<Upid> {
  const { client, clock } = context;
  const { guest: { config: { name, id, kind }, node, service }, target, uptimeS } = move;
  const { log, signal, isUnderWay } = following;
  const { end } = await followTask(client, queued, { clock, timeoutMs: askTimeoutMs, signal });
  if (end.state !== 'ok') throw moveFailed(move, `HA could not be asked to move ${name}: ${end.state === 'failed' ? end.status : end.why}.`, 'See whether HA runs on the cluster.', end.state === 'failed' ? 'cluster' : 'unknown');
  const sid = service?.sid ?? `${kind === 'vm' ? 'vm' : 'ct'}:${id}`;
  const queuedAtMs = clock.now();
  for (;;) {
    const sighting = await look(context, move, clock.now() - queuedAtMs, following);
    const at = sighting === null ? null : migrationState({ queued, sid, source: node, target, uptimeBeforeS: uptimeS }, sighting);
    if (at?.state === 'arrived') return parseUpid(at.real.upid) ?? queued;
    if (at?.state === 'failed' || at?.state === 'refused') throw moveFailed(move, `${name} did not move to ${target}: ${at.why}.`, 'See the log of that task, and the journals of pve-ha-crm and pve-ha-lrm.');
    if (at?.state === 'lost') throw moveFailed(move, `${name} was on its way to ${target}: ${at.why}.`, 'HA recovers the guest by itself; look where it is before you move it again.', 'unknown');
    if (at?.state === 'moving') isUnderWay();
    if (at !== null) log.add(at.why);
    await clock.sleep(pollMs, signal);
  }
}

import { openEntries } from '../safety/journal.ts';
import { lostLock } from '../safety/cluster-lock.ts';
import { Blocked } from './outcome.ts';
import type { Session } from './session.ts';

export interface LockQuestion {
  session: Pick<Session, 'hypervisor' | 'lockRun' | 'identity' | 'writer'>;
  scenario: string;
  signal: AbortSignal;
}

/** What a journal entry stands for is no fault that takes something from the cluster: it does not count among simultaneous faults. */
const harmless = new Set(['live-migration', 'backup', 'backup-restore']);

/** How many faults that take something from the cluster are in place, or may be. */
export function faultsInPlace({ identity }: Pick<Session, 'identity'>): number {
  return openEntries(identity.identity).filter((entry) => !harmless.has(entry.fault)).length;
}

/**
 * Asks once more, right before something is injected, whether the lock of the cluster is still that of this run: the process outside
 * renews it once a minute only. Where the cluster cannot be asked while a fault of ours is in place, that may be its doing, and the run
 * goes on, with a note.
 *
 * @throws Blocked when the lock is another's or nobody's, or nobody can tell though nothing of ours is in place
 */
export async function askLock({ session, scenario, signal }: LockQuestion): Promise<void> {
  const { hypervisor, lockRun, writer } = session;
  if (lockRun === null || hypervisor.notice === null) return;
  const lost = await lostLock(hypervisor.notice, lockRun, { signal }).catch((error: Error) => {
    signal.throwIfAborted();
    if (faultsInPlace(session) === 0) throw new Blocked(`The cluster could not be asked for its lock, so it cannot be told whether it is still ours, and nothing was injected: ${error.message}`, { cause: error });
    writer.event({ kind: 'note', scenario, level: 'warning', message: `the lock of the cluster could not be read while a fault of this run is in place, and the run goes on: ${error.message}` });
    return null;
  });
  if (lost !== null) throw new Blocked(`The lock of the cluster is not that of this run any more, so nothing was injected: ${lost}. Begin again when nobody else works on the cluster.`);
}

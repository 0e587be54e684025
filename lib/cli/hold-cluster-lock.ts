import type { Hypervisor } from '../adapters/hypervisor.ts';
import { takeClusterLock } from '../safety/cluster-lock.ts';
import { say } from './say.ts';

export interface HoldOptions {
  /** Name of the environment. */
  environment: string;
  reason: string;
  /** At least the worst case of what is done under the lock, ms. */
  lifetimeMs: number;
  breakLock: boolean;
  signal: AbortSignal;
  /** Is called when another harness has taken the lock over. */
  lost: () => void;
}

/** The lock on the cluster is renewed this often, ms. */
const renewMs = 60_000;

const began = Date.now();

/** What the lock of the cluster names as its run while this process holds it: what injects asks for it by this. */
export function lockRunOf(environment: string): string {
  return `${environment}-${process.pid}-${began}`;
}

/** How far the clocks of the cluster are ahead of ours: the middle one, ms; null when none was read. */
async function clusterAhead(hypervisor: Hypervisor): Promise<number | null> {
  const offsets = (await hypervisor.snapshot('full')).nodes.flatMap(({ clockOffset }) => clockOffset?.ms ?? []).toSorted((one, other) => one - other);
  return offsets[Math.floor(offsets.length / 2)] ?? null;
}

/**
 * Takes the lock on the cluster, keeps it, and answers with the way to release it.
 *
 * @throws LockHeld when another harness holds it; what the adapter throws when the cluster cannot keep one
 */
export async function holdClusterLock(hypervisor: Hypervisor, options: HoldOptions): Promise<() => Promise<void>> {
  if (hypervisor.notice === null) return async () => undefined;
  const { environment, reason, lifetimeMs, breakLock, signal, lost } = options;
  const lock = await takeClusterLock(hypervisor.notice, { run: lockRunOf(environment), reason, lifetimeMs, breakLock, clusterAheadMs: async () => clusterAhead(hypervisor), signal });
  if (lock.replaced !== null) say(`took over the lock of the cluster: ${lock.replaced}`);
  const renew = async (): Promise<void> => {
    if (!(await lock.renew())) lost();
  };
  // A renewal that does not get through is tried again: the cluster may be without quorum by our own doing.
  const renewal = setInterval(() => void renew().catch(() => undefined), renewMs);
  return async () => {
    clearInterval(renewal);
    await lock.release().catch((error: Error) => say(`The lock on the cluster could not be released (${error.message}); it expires by itself.`));
  };
}

import { loadEnvironment } from '../../environment/load.ts';
import { inverses } from '../../faults/inverses.ts';
import { openEntries } from '../journal.ts';
import { takeLocalLock } from '../local-lock.ts';
import { mend } from '../mend.ts';
import type { MendResult } from '../mend.ts';
import { clusterName } from './environment-file.ts';

/** Time for all undos of a case, ms: a hand takes a fraction of a second. */
const budgetMs = 20_000;

/** What `restore` does before it looks at the cluster: lock, open entries, mend. The target has no cluster to look at. */
export async function restoreTarget(environments: string, settleMs: number): Promise<MendResult[]> {
  const environment = loadEnvironment(clusterName, { folder: environments });
  const release = takeLocalLock(environment.identity, 'restore');
  try {
    const hypervisor = async (): Promise<never> => {
      throw new Error('these undos must not need the cluster');
    };
    const context = { environment, signal: new AbortController().signal, progress: () => undefined, hypervisor };
    return await mend(openEntries(environment.identity), context, { inverses, budgetMs, identity: environment.identity, settleMs });
  } finally {
    release();
  }
}

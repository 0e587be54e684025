import type { Environment } from '../environment/environment.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import { LockHeld } from '../safety/local-lock.ts';
import { CommandError, codeOf } from './exit-code.ts';
import { holdClusterLock } from './hold-cluster-lock.ts';
import { isNobodyThere, whatIsOpen } from './mend-earlier.ts';
import { say } from './say.ts';
import { openTarget } from './target.ts';
import type { TargetCluster } from './target.ts';

/** How long it may take to mend, and to become whole, with some margin, ms on an idle machine. */
const lockLifetimeMs = 1_800_000;

/** The cluster, or null when nobody answers: that may be what has to be mended. @throws CommandError when another one answers, or one that is not proven to be ours */
async function openUnlessSilent(environment: Environment, signal: AbortSignal): Promise<TargetCluster | null> {
  try {
    return await openTarget(environment, signal);
  } catch (error) {
    const { message } = error as Error;
    if (!isNobodyThere(error)) throw new CommandError(`${message}\nNothing was mended: the hands of ${environment.source.path} may belong to that cluster. Still open: ${whatIsOpen(environment).join('; ')}.`, codeOf(error), { cause: error });
    say(`No lock on the cluster can be had, so it is mended without: ${message}`);
    return null;
  }
}

/**
 * Takes the lock on the cluster, so that a harness on another machine neither injects meanwhile nor is disturbed. A cluster that
 * nobody answers for, or that keeps no lock for want of quorum, is mended without. Answers with the way to release it.
 *
 * @throws LockHeld when another harness holds it; CommandError when the cluster that answers is not the one that is meant
 */
export async function lockToRestore(environment: Environment, breakLock: boolean, signal: AbortSignal): Promise<() => Promise<void>> {
  const target = await openUnlessSilent(environment, signal);
  if (target === null) return async () => undefined;
  const { hypervisor } = target;
  try {
    const lost = (): void => say('Another harness took the lock of the cluster over while this one mends. What is open is mended to its end.');
    const release = await holdClusterLock(hypervisor, { environment: environment.name, reason: 'restore', lifetimeMs: deadlineMs(lockLifetimeMs), breakLock, signal, lost });
    return async () => {
      await release();
      await hypervisor.close();
    };
  } catch (error) {
    await hypervisor.close();
    if (error instanceof LockHeld) throw error;
    say(`No lock on the cluster can be had, so it is mended without: ${(error as Error).message}`);
    return async () => undefined;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { AdapterError } from '../adapters/adapter-error.ts';
import type { Hypervisor } from '../adapters/hypervisor.ts';
import type { Environment } from '../environment/environment.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import { describeEntry, unreadableEntries } from '../safety/journal.ts';
import { tellAfterFaults } from '../safety/told-faults.ts';
import { readUnsettled } from '../safety/unsettled.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { everythingOpen, explainNotRestored, isRestored, restoreCluster } from './mending.ts';
import { explainOtherIdentity, refuseOtherIdentity } from './other-identity.ts';
import { say } from './say.ts';
import { openTarget } from './target.ts';
import type { TargetCluster } from './target.ts';

/** How long nodes that were just switched on may take until one answers, ms on an idle machine: servers test their memory for minutes. */
const answersWithinMs = 600_000;
const pauseMs = 5000;

/** What of earlier runs is open for this cluster, in sentences, as far as this machine knows. Nothing but the disk is asked. */
export function whatIsOpen(environment: Environment): string[] {
  const { identity } = environment;
  const named = [...unreadableEntries(identity), ...everythingOpen(environment, identity).map(describeEntry)];
  return named.length > 0 ? named : [readUnsettled(identity)].filter((one) => one !== null);
}

/** Whether anything is. */
export function isAnythingOpen(environment: Environment): boolean {
  return whatIsOpen(environment).length > 0;
}

/** Opens the target to read it only. A refusal names what an earlier run left undone, which may be why nobody answers. */
export async function openTargetToRead(environment: Environment, signal: AbortSignal): Promise<TargetCluster> {
  return openTarget(environment, signal).catch((error: Error) => {
    const elsewhere = explainOtherIdentity(environment);
    if (elsewhere !== null) throw new CommandError(`${error.message}\n${elsewhere}`, exitCode.refused, { cause: error });
    const open = whatIsOpen(environment);
    if (open.length === 0 || !isNobodyThere(error)) throw error;
    throw new CommandError(`${error.message}\nAn earlier run left something undone, which may be why: ${open.join('; ')}. Run: npx --no ha-acceptance restore --env ${environment.name}`, exitCode.refused, { cause: error });
  });
}

/** Whether nobody answered, which is no refusal: nodes that an earlier run left off do not. */
export function isNobodyThere(error: unknown): boolean {
  const { cause } = error as Error;
  return error instanceof CommandError && cause instanceof AdapterError && cause.fault.blame === 'unknown';
}

/** Opens the target, and again while no node answers. @throws what openTarget throws at last, or at once for a refusal */
async function openTargetInTime(environment: Environment, signal: AbortSignal): Promise<TargetCluster> {
  const deadline = performance.now() + deadlineMs(answersWithinMs);
  for (;;) {
    try {
      return await openTarget(environment, signal);
    } catch (error) {
      if (!isNobodyThere(error) || performance.now() > deadline) throw error;
      await sleep(pauseMs, undefined, { signal });
    }
  }
}

/** A target that is opened when first asked for, once; `close` closes it if it was. */
export interface LazyTarget {
  (): Promise<TargetCluster>;
  close(): Promise<void>;
}

/** Opens the target when first asked for, and then again and again until a node answers: those that were mended are starting. */
export function lazyTarget(environment: Environment, signal: AbortSignal): LazyTarget {
  let opening: Promise<TargetCluster> | null = null;
  const open = async (): Promise<TargetCluster> => (opening ??= openTargetInTime(environment, signal));
  return Object.assign(open, { close: async () => opening?.then(async ({ hypervisor }) => hypervisor.close(), () => undefined) });
}

/** Mends what an earlier run left, before anything else. Throws with exit code 4 when that cannot be done. */
export async function mendEarlier(environment: Environment, hypervisor: () => Promise<Hypervisor>): Promise<void> {
  if (!isAnythingOpen(environment)) return tellAfterFaults(environment, null, say);
  say('An earlier run left something undone; it comes first.');
  const restoration = await restoreCluster(environment, environment.identity, hypervisor, say);
  await tellAfterFaults(environment, null, say);
  if (!isRestored(restoration)) throw new CommandError(explainNotRestored(restoration, environment.name), exitCode.notRestored);
}

/**
 * Opens the target. Where no node answers and an earlier run left something undone, that is mended first, by the hands alone:
 * it may be why none does.
 *
 * @throws CommandError: refused, also where an undo of this environment is open under another identity; or not restored
 */
export async function openMendedTarget(environment: Environment, signal: AbortSignal): Promise<TargetCluster> {
  refuseOtherIdentity(environment);
  try {
    return await openTarget(environment, signal);
  } catch (error) {
    if (!isNobodyThere(error) || !isAnythingOpen(environment)) throw error;
    say((error as Error).message);
    const open = lazyTarget(environment, signal);
    try {
      await mendEarlier(environment, async () => (await open()).hypervisor);
      return await open();
    } catch (failure) {
      await open.close();
      throw failure;
    }
  }
}

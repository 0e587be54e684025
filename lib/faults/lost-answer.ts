import { setTimeout as sleep } from 'node:timers/promises';
import { PowerShellError } from '../transports/powershell/powershell-error.ts';
import { SshError } from '../transports/ssh-error.ts';

/** How long it is looked for what was asked, ms: a machine is off, and a disk gone, seconds after the command, and to look takes one or two. */
const lookDefaultMs = 10_000;
const pauseMs = 500;

function isLost(error: unknown): boolean {
  return (error instanceof SshError || error instanceof PowerShellError) && error.unknownOutcome;
}

/**
 * Asks a host for a change, once. Where the answer got lost on its way, the host may have obeyed, or be at it: what is read afterwards
 * says whether it did. A reading that fails says nothing, and is repeated.
 *
 * @returns the answer; null where it got lost and the change is there
 * @throws the error of the change, where it was refused, or its answer got lost and the change was not seen either
 */
export async function changeOrLook<T>(change: () => Promise<T>, isDone: () => Promise<boolean>, signal: AbortSignal, lookMs: number = lookDefaultMs): Promise<T | null> {
  try {
    return await change();
  } catch (error) {
    signal.throwIfAborted();
    if (!isLost(error)) throw error;
    const end = performance.now() + lookMs;
    while (!(await isDone().catch(() => false))) {
      if (performance.now() > end) throw error;
      await sleep(pauseMs, undefined, { signal });
    }
    return null;
  }
}

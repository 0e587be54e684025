import { setTimeout as sleep } from 'node:timers/promises';
import { AdapterError } from '../adapters/adapter-error.ts';
import type { Hypervisor } from '../adapters/hypervisor.ts';
import { deadlineMs } from './deadlines.ts';

/** How long a cluster that cannot do so is asked again, ms on an idle machine: one that was just mended may be busy with itself. */
const withinMs = 60_000;

/**
 * Has the HA manager forget what followed from our faults.
 *
 * @param pauseMs between two attempts
 * @throws what went wrong at last, or at once where it is a matter of ours
 */
export async function forgetFailures(cluster: Pick<Hypervisor, 'clearFailures'>, signal: AbortSignal, pauseMs = 1000): Promise<void> {
  for (const deadline = performance.now() + deadlineMs(withinMs); ; await sleep(pauseMs, undefined, { signal })) {
    try {
      await cluster.clearFailures({ signal });
      return;
    } catch (error) {
      if (!(error instanceof AdapterError) || error.fault.blame === 'tool' || performance.now() > deadline) throw error;
    }
  }
}

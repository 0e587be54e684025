import { setTimeout as sleep } from 'node:timers/promises';
import { cleanupCommand } from '../../platforms/pacemaker/commands.ts';
import type { CallOptions } from '../hypervisor.ts';
import { act, clusterError, CommandFailed, type PacemakerContext } from './context.ts';
import { allow } from '../operation.ts';
import { untilIdle } from './placement.ts';
import { readStatus } from './reading.ts';

const timeoutMs = 60_000;
const pollMs = 500;

/** Makes Pacemaker forget failures, only of the resources that have any; then waits until none is left. Idempotent. */
export async function clearFailures(context: PacemakerContext, options?: CallOptions): Promise<void> {
  const { signal } = allow(options, timeoutMs, 'clear failures', context.environment.name);
  let left: string[] = [];
  try {
    for (let first = true; ; first = false) {
      const { failures } = await readStatus(context, { signal });
      left = [...new Set(failures.map((failure) => failure.text))];
      if (left.length === 0) {
        if (!first) await untilIdle(context, { signal });
        return;
      }
      for (const resource of new Set(failures.map((failure) => failure.resource))) await act(context, cleanupCommand(resource), { signal });
      await sleep(pollMs, undefined, { signal });
    }
  } catch (error) {
    options?.signal?.throwIfAborted();
    const why = error instanceof CommandFailed ? error.message : `still there: ${left.join('; ')}`;
    throw clusterError(`Failures that Pacemaker remembers could not be cleared: ${why}.`, 'They may keep guests from a node.', 'Look into them, then run "crm_resource --cleanup" on a node.', 'clear failures', context.environment.name, error);
  }
}

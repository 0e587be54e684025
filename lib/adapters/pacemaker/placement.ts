import { setTimeout as sleep } from 'node:timers/promises';
import { placementsOf } from '../../platforms/pacemaker/cib.ts';
import { clearCommand, coordinatorStateCommand } from '../../platforms/pacemaker/commands.ts';
import type { CallOptions } from '../hypervisor.ts';
import { act, ask, clusterError, CommandFailed, withSignal, type PacemakerContext } from './context.ts';
import { managedGuest } from './guest-lookup.ts';
import { allow } from '../operation.ts';
import { readConfiguration, readStatus } from './reading.ts';

const pollMs = 200;
const clearTimeoutMs = 60_000;

/** True when Pacemaker's coordinator has nothing left to do. */
export async function clusterIdle(context: PacemakerContext, options?: CallOptions): Promise<boolean> {
  const status = await readStatus(context, options);
  if (status.coordinator === null || status.resources.some((resource) => resource.pending !== null)) return false;
  try {
    return (await ask(context, coordinatorStateCommand(status.coordinator), withSignal(options))).stdout.includes('S_IDLE');
  } catch {
    options?.signal?.throwIfAborted();
    return false;
  }
}

/** Waits until the coordinator is idle in two readings in a row: between a change and its transition it is idle too. */
export async function untilIdle(context: PacemakerContext, { signal }: { signal: AbortSignal }): Promise<void> {
  for (let good = 0; good < 2;) {
    good = (await clusterIdle(context, { signal })) ? good + 1 : 0;
    if (good < 2) await sleep(pollMs, undefined, { signal });
  }
}

/** Ids of the constraints that a move or a ban of this resource left. */
export async function placementConstraints(context: PacemakerContext, resource: string, options?: CallOptions): Promise<string[]> {
  return placementsOf(await readConfiguration(context, options), resource);
}

/** Takes the constraints of a move back and waits until they are gone and the cluster has settled. Idempotent. */
export async function clearPlacement(context: PacemakerContext, name: string, options?: CallOptions): Promise<void> {
  const { signal } = allow(options, clearTimeoutMs, 'clear placement', name);
  const { resource } = await managedGuest(context, name, 'clear placement', { signal });
  let left = await placementConstraints(context, resource, { signal });
  if (left.length === 0) return;
  let refusal: CommandFailed | null = null;
  try {
    for (; left.length > 0; left = await placementConstraints(context, resource, { signal })) {
      try {
        await act(context, clearCommand(resource), { signal });
        refusal = null;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof CommandFailed) refusal = error; // a broken connection is answered by reading again
        await sleep(pollMs, undefined, { signal });
      }
    }
    await untilIdle(context, { signal });
  } catch (error) {
    options?.signal?.throwIfAborted();
    const what = left.length > 0 ? `The constraint(s) ${left.join(', ')} could not be removed` : 'The cluster did not settle after the constraints of a move were removed';
    throw clusterError(`${what}${refusal === null ? '' : `: ${refusal.message}`}.`, `${name} may be bound to a node.`, `Run "crm_resource --resource ${resource} --clear" on a node.`, 'clear placement', name, error);
  }
}

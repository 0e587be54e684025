import { setTimeout as sleep } from 'node:timers/promises';
import { shutDownCommand, standbyCommand } from '../../platforms/pacemaker/commands.ts';
import { SshError } from '../../transports/ssh-error.ts';
import type { CallOptions } from '../hypervisor.ts';
import { act, actOn, clusterError, CommandFailed, toolError, type PacemakerContext } from './context.ts';
import { allow, within } from '../operation.ts';
import { untilIdle } from './placement.ts';
import { readStatus } from './reading.ts';

const pollMs = 200;
const drainTimeoutMs = 60_000;
/** A shutdown is accepted at once; what it starts is not waited for, ms. */
const shutDownTimeoutMs = 15_000;

/**
 * Puts a node in standby, or takes that back, and waits until Pacemaker says so; when it is taken back, also until the cluster has
 * nothing left to do. Changes nothing where it is so already.
 */
export async function setDrained(context: PacemakerContext, node: string, wanted: boolean, options?: CallOptions): Promise<void> {
  const phase = wanted ? 'drain' : 'end of the drain';
  const allowance = allow(options, drainTimeoutMs, phase, node);
  await within(allowance, async (signal) => {
    for (let asked = false; ; await sleep(pollMs, undefined, { signal })) {
      const found = (await readStatus(context, { signal })).nodes.find(({ name }) => name === node);
      if (found === undefined) throw toolError(`Pacemaker knows no node "${node}".`, 'Nothing was done.', 'Correct nodes[].name in the environment file.', phase, node);
      if (found.standby === wanted) break;
      if (asked) continue;
      await act(context, standbyCommand(node, wanted), { signal }).catch((error: unknown) => {
        if (error instanceof CommandFailed) throw clusterError(`Pacemaker refused the ${phase} of ${node}: ${error.message}.`, 'It is as it was.', 'See what it says.', phase, node, error);
        // A broken connection is answered by the next reading.
      });
      asked = true;
    }
    if (!wanted) await untilIdle(context, { signal });
  });
}

/** Asks a node for a clean shutdown. A connection that breaks under it is what a shutdown does to connections. */
export async function shutDownNode(context: PacemakerContext, node: string, options?: CallOptions): Promise<void> {
  const allowance = allow(options, shutDownTimeoutMs, 'shutdown', node);
  await within(allowance, async (signal) => {
    try {
      await actOn(context, node, shutDownCommand, { timeoutMs: shutDownTimeoutMs, signal });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SshError && error.unknownOutcome) return;
      throw clusterError(`${node} does not shut down: ${(error as Error).message}.`, 'It is as it was.', `Let the account of the environment file run "${shutDownCommand.join(' ')}" on ${node}.`, 'shutdown', node, error);
    }
  });
}

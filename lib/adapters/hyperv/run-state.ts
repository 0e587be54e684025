import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOptions, Operation } from '../hypervisor.ts';
import { clusterError } from '../pacemaker/context.ts';
import { allow, begin, within, type OperationLog } from '../operation.ts';
import { askChange, cameToNothing, wordsOf, type Asked } from './ask-change.ts';
import type { HypervContext } from './context.ts';
import { guestNamed, stateOf, type Guest } from './guest-lookup.ts';

const defaultTimeoutMs = 300_000;
const pollMs = 300;

/** Asks, and looks before it asks again: what was refused, or whose connection broke, may have been obeyed, and a role on its way is waited for. */
async function reach(context: HypervContext, guest: Guest, wanted: 'started' | 'stopped', log: OperationLog, signal: AbortSignal): Promise<null> {
  const [phase, onItsWay] = wanted === 'started' ? (['start', 'starting'] as const) : (['stop', 'stopping'] as const);
  let asked: Asked | null = null;
  let quietSince = performance.now();
  let words = '';
  try {
    for (;; await sleep(pollMs, undefined, { signal })) {
      const state = await stateOf(context, guest, phase, { signal });
      words = `${state.haState} on ${state.runningOn.join(', ') || 'no node'}`;
      log.add(words);
      if (state.haState === wanted && state.runningOn.length === (wanted === 'started' ? 1 : 0)) return null;
      if (state.haState === 'failed' && asked !== null) throw new Error(`its role has failed (${wordsOf(asked)})`);
      // A stop begins as Pending with a machine that still runs, which is called starting.
      if (state.haState === 'starting' || state.haState === 'stopping') quietSince = performance.now();
      if (asked !== null && !cameToNothing(asked, performance.now() - quietSince)) continue;
      if (asked?.how === 'refused') throw asked.error;
      if (state.haState === onItsWay) continue;
      asked = await askChange(context, state.assignedTo ?? '', wanted === 'started' ? 'start-group' : 'stop-group', { signal, parameters: { Group: guest.role } });
      quietSince = performance.now();
      log.add(`${phase} of ${guest.role} requested: ${wordsOf(asked)}`);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw clusterError(`${guest.name} did not become ${wanted}: ${(error as Error).message} (${words}).`, 'It is not as it was wanted.', `See Get-ClusterGroup -Name "${guest.role}" and the events of its node.`, phase, guest.name, error);
  }
}

/** Brings a guest's role online, or takes it offline by the offline action of its resource (Hyper-V's default is to save it). */
export async function changeRunState(context: HypervContext, name: string, wanted: 'started' | 'stopped', options?: CallOptions): Promise<Operation<null>> {
  const phase = wanted === 'started' ? 'start' : 'stop';
  const allowance = allow(options, defaultTimeoutMs, phase, name);
  const guest = await within(allowance, (signal) => guestNamed(context, name, phase, { signal }));
  return begin(`${phase} ${guest.role}`, allowance, (log, signal) => reach(context, guest, wanted, log, signal));
}

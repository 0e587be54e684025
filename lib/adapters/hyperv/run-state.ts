import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOptions, Operation } from '../hypervisor.ts';
import { clusterError } from '../pacemaker/context.ts';
import { allow, begin, within, type OperationLog } from '../operation.ts';
import { askChange, wordsOf, type Asked } from './ask-change.ts';
import type { HypervContext } from './context.ts';
import { guestNamed, stateOf, type Guest } from './guest-lookup.ts';

const defaultTimeoutMs = 300_000;
const pollMs = 300;

async function reach(context: HypervContext, guest: Guest, wanted: 'started' | 'stopped', log: OperationLog, signal: AbortSignal): Promise<null> {
  const phase = wanted === 'started' ? 'start' : 'stop';
  let asked: Asked | null = null;
  let words = '';
  try {
    for (;; await sleep(pollMs, undefined, { signal })) {
      const state = await stateOf(context, guest, phase, { signal });
      words = `${state.haState} on ${state.runningOn.join(', ') || 'no node'}`;
      log.add(words);
      if (state.haState === wanted && state.runningOn.length === (wanted === 'started' ? 1 : 0)) return null;
      if (state.haState === 'failed' && asked !== null) throw new Error(`its role has failed (${wordsOf(asked)})`);
      // A request that was heard is not repeated; one that was not is made again when the state still is as it was.
      if (asked !== null && asked.how === 'sent') continue;
      if (asked?.how === 'refused') throw asked.error;
      asked = await askChange(context, state.assignedTo ?? '', wanted === 'started' ? 'start-group' : 'stop-group', { signal, parameters: { Group: guest.role } });
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

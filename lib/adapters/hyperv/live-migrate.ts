import { setTimeout as sleep } from 'node:timers/promises';
import { nodeReading } from '../../platforms/hyperv/readings.ts';
import { AdapterError } from '../adapter-error.ts';
import type { CallOptions, Operation } from '../hypervisor.ts';
import type { MigrationOutcome } from '../outcomes.ts';
import { clusterError, toolError } from '../pacemaker/context.ts';
import { allow, begin, within, type OperationLog } from '../operation.ts';
import { askChange, noReactionMs, wordsOf, type Asked } from './ask-change.ts';
import { runOn, type HypervContext } from './context.ts';
import { guestNamed, stateOf, type Guest } from './guest-lookup.ts';
import { readProof } from './migration-proof.ts';
import { same } from './membership.ts';

const defaultTimeoutMs = 600_000;
const pollMs = 300;
/** As long as `noReactionMs` for a request that was not accepted: one that was may wait for its turn, ms. */
const slowReactionMs = 60_000;
/** Events are looked for from this long before the request on, ms, by the node's own clock. */
const marginMs = 2000;
const phase = 'live migration';

async function prepare(context: HypervContext, guest: Guest, target: string, signal: AbortSignal): Promise<string> {
  const state = await stateOf(context, guest, phase, { signal });
  const refuse = (message: string, remedy: string): Error => toolError(message, 'Nothing was done.', remedy, phase, guest.name);
  const [from] = state.runningOn;
  if (state.haState !== 'started' || state.runningOn.length !== 1 || from === undefined) throw refuse(`${guest.name} is not simply running: ${state.haState} on ${state.runningOn.join(', ') || 'no node'}.`, 'Wait until it runs on one node.');
  if (state.assignedTo === null || !same(state.assignedTo, from)) throw clusterError(`The cluster says that ${guest.name} is on ${state.assignedTo ?? 'no node'}, and it runs on ${from}.`, 'Nothing was done.', 'Find out where it belongs.', phase, guest.name);
  if (same(from, target)) throw refuse(`${guest.name} runs on ${target} already.`, 'Name another node.');
  if (!state.up.includes(target.toLowerCase())) throw refuse(`Node ${target} cannot take a guest: it is not up, or paused.`, 'Bring it online.');
  return from;
}

/** The clocks of the two nodes, so that their logs are read from the right moment on. */
async function clocks(context: HypervContext, nodes: readonly string[], signal: AbortSignal): Promise<Map<string, Date>> {
  const read = await Promise.all(nodes.map(async (node) => [node, (await runOn(context, node, 'read-node', nodeReading, { signal, parameters: { Folder: '' } })).clock] as const));
  return new Map(read.map(([node, { ms, errorMs }]) => [node, new Date(Date.now() + ms - errorMs - marginMs)]));
}

/** Follows the guest until the cluster and the nodes agree that it is on the target and nowhere else. */
async function follow(context: HypervContext, guest: Guest, from: string, target: string, asked: Asked, log: OperationLog, signal: AbortSignal, isUnderWay: () => void): Promise<void> {
  let quietSince = performance.now();
  const limitMs = asked.how === 'sent' ? slowReactionMs : noReactionMs;
  for (;;) {
    const state = await stateOf(context, guest, phase, { signal }).catch((error: Error) => {
      signal.throwIfAborted();
      log.add(`the cluster could not be read: ${error.message}`);
      return null;
    });
    if (state !== null) {
      log.add(`${state.haState} on ${state.runningOn.join(', ') || 'no node'}, role on ${state.assignedTo ?? 'no node'}`);
      if (state.haState === 'migrating') {
        isUnderWay();
        quietSince = performance.now();
      }
      const settled = state.haState === 'started' && state.runningOn.length === 1;
      if (settled && same(state.runningOn[0] ?? '', target) && same(state.assignedTo ?? '', target)) return;
      if (state.haState === 'failed' || state.haState === 'stopped') throw clusterError(`${guest.name} is ${state.haState} after the request to move it to ${target} (${wordsOf(asked)}).`, 'Its users lost it.', `See the events of Hyper-V-VMMS-Admin on ${from} and ${target}.`, phase, guest.name);
      if (performance.now() - quietSince > limitMs) {
        const words = `${guest.name} did not move to ${target}: ${wordsOf(asked)}; it is ${state.haState} on ${state.runningOn.join(', ') || 'no node'}.`;
        // A node that does not say what it runs may well run it.
        if (state.runningOn.length === 0 && state.unread.length > 0) throw new AdapterError({ message: `What became of the move of ${guest.name} to ${target} is unknown: ${wordsOf(asked)}; ${state.unread.join('; ')}.`, blame: 'unknown', impact: 'It may have been moved.', remedy: 'See why the node does not answer, and where the guest runs.', phase, target: guest.name });
        if (asked.how === 'not-sent' || asked.how === 'unknown') throw toolError(words, 'It was not moved, and nothing was learnt about the cluster.', `See why ${from} cannot be reached, and try again.`, phase, guest.name, asked.error);
        throw clusterError(words, 'It was not moved.', `See the events of Hyper-V-VMMS-Admin on ${from} and ${target}.`, phase, guest.name, asked.how === 'sent' ? undefined : asked.error);
      }
    }
    await sleep(pollMs, undefined, { signal });
  }
}

/**
 * Moves a running guest. The request is made on the node that runs it: a key login has no credentials for a second machine. Whatever
 * is answered to it, the state decides: moves that Windows calls failed have been seen to land.
 */
export async function liveMigrate(context: HypervContext, name: string, target: string, options?: CallOptions): Promise<Operation<MigrationOutcome>> {
  const allowance = allow(options, defaultTimeoutMs, phase, name);
  const { guest, from } = await within(allowance, async (signal) => {
    const found = await guestNamed(context, name, phase, { signal });
    return { guest: found, from: await prepare(context, found, target, signal) };
  });
  return begin(`Move-ClusterVirtualMachineRole ${guest.role} to ${target}`, allowance, async (log, signal, isUnderWay) => {
    const since = await clocks(context, [from, target], signal).catch((error: Error) => {
      signal.throwIfAborted();
      log.add(`the clocks could not be read: ${error.message}`);
      return new Map<string, Date>();
    });
    const begun = performance.now();
    const asked = await askChange(context, from, 'move-live', { signal, parameters: { Group: guest.role, Target: target } });
    log.add(`move of ${guest.role} from ${from} to ${target} requested: ${wordsOf(asked)}`);
    await follow(context, guest, from, target, asked, log, signal, isUnderWay);
    const totalMs = performance.now() - begun;
    const { failures, notes, source, ...told } = await readProof(context, guest, [from, target], since, totalMs, { signal });
    for (const line of [...failures, ...notes]) log.add(line);
    log.add(`${told.proof}: ${source}; downtime ${told.downtimeMs ?? '?'} ms`);
    for (const figure of told.figures) log.add(`${figure.name} ${figure.lo} to ${figure.hi ?? '?'} ms: ${figure.source}`);
    return { from, to: target, ...told, totalMs, source: asked.how === 'sent' ? source : `${source}; the request itself was called failed: ${wordsOf(asked)}` };
  });
}

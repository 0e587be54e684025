import { setTimeout as sleep } from 'node:timers/promises';
import { has, nodeInfo } from '../../platforms/hyperv/enumerations.ts';
import type { ClusterNode } from '../../platforms/hyperv/readings.ts';
import type { CallOptions } from '../hypervisor.ts';
import { clusterError, toolError } from '../pacemaker/context.ts';
import { allow, within } from '../operation.ts';
import { askChange, cameToNothing, wordsOf, type Asked } from './ask-change.ts';
import type { HypervContext } from './context.ts';
import { guestStates, isQuarantined, machineName, nodeName, readMembership, same, type Membership } from './membership.ts';

const pollMs = 300;
const drainTimeoutMs = 300_000;
const shutDownTimeoutMs = 20_000;
const clearTimeoutMs = 120_000;

function nodeIn(context: HypervContext, { view }: Membership, node: string, phase: string): ClusterNode {
  if (view === null) throw clusterError('No node that answers is a member of the cluster.', 'Nothing was done.', 'See to the cluster service of the nodes and to the quorum.', phase, node);
  const found = view.nodes.find(({ name }) => same(nodeName(context, name), node));
  if (found === undefined) throw toolError(`The cluster has no node "${node}".`, 'Nothing was done.', 'Correct nodes[].name in the environment file.', phase, node);
  return found;
}

/** A member that is not the node itself where there is one: the node may be leaving. */
function memberBeside({ view, answers }: Membership, node: string): string {
  const members = [...answers].filter(([, answer]) => !(answer instanceof Error) && answer.value.cluster !== null).map(([name]) => name);
  return members.find((name) => !same(name, node) && view?.nodes.some(({ name: known, state }) => same(known, name) && state === 'Up') === true) ?? members[0] ?? node;
}

/** Whether nothing of the node's drain, or of its end, is left to be done. */
function settled(context: HypervContext, membership: Membership, found: ClusterNode, wanted: boolean): boolean {
  if (!wanted) return found.state === 'Up' && !has(found.info, nodeInfo.drainInProgress) && guestStates(context, membership).every(({ haState }) => haState !== 'migrating');
  return found.state === 'Paused';
}

/** Pauses a node and has its roles moved away, or takes it back into service; changes nothing where it is so already. */
export async function setDrained(context: HypervContext, node: string, wanted: boolean, options?: CallOptions): Promise<void> {
  const phase = wanted ? 'drain' : 'end of the drain';
  await within(allow(options, drainTimeoutMs, phase, node), async (signal) => {
    let asked: Asked | null = null;
    let quietSince = performance.now();
    for (;; await sleep(pollMs, undefined, { signal })) {
      const membership = await readMembership(context, 'quick', { signal });
      const found = nodeIn(context, membership, node, phase);
      if (settled(context, membership, found, wanted)) return;
      if (found.state !== 'Up' && found.state !== 'Paused') throw clusterError(`${node} is ${found.state} and cannot be ${wanted ? 'drained' : 'taken back into service'}.`, 'It is as it was.', 'Bring it online first.', phase, node);
      // Obeyed, whatever was answered, and not at its end.
      if (wanted ? has(found.info, nodeInfo.drainInProgress) : found.state === 'Up') quietSince = performance.now();
      if (asked !== null && !cameToNothing(asked, performance.now() - quietSince)) continue;
      if (asked?.how === 'refused') throw clusterError(`The cluster refused the ${phase} of ${node}: ${wordsOf(asked)}.`, 'It is as it was.', 'See what it says.', phase, node, asked.error);
      asked = await askChange(context, memberBeside(membership, node), wanted ? 'drain-node' : 'resume-node', { signal, parameters: { Node: node } });
      quietSince = performance.now();
    }
  });
}

/** Asks a node for a clean shutdown, by itself. A connection that breaks under it is what a shutdown does to connections. */
export async function shutDownNode(context: HypervContext, node: string, options?: CallOptions): Promise<void> {
  await within(allow(options, shutDownTimeoutMs, 'shutdown', node), async (signal) => {
    const asked = await askChange(context, node, 'shut-down-node', { signal, timeoutMs: shutDownTimeoutMs, parameters: { Computer: machineName(node) } });
    if (asked.how === 'sent' || asked.how === 'unknown') return;
    throw clusterError(`${node} does not shut down: ${wordsOf(asked)}.`, 'It is as it was.', `Let the account of the environment file run "shutdown.exe /s" on ${node}.`, 'shutdown', node, asked.error);
  });
}

/** Lets nodes join again that the cluster keeps in quarantine after the faults that we injected; each is asked itself. */
export async function clearQuarantines(context: HypervContext, options?: CallOptions): Promise<void> {
  const target = context.environment.name;
  await within(allow(options, clearTimeoutMs, 'clearing of failures', target), async (signal) => {
    const requests = new Map<string, { asked: Asked; atMs: number }>();
    for (;; await sleep(pollMs, undefined, { signal })) {
      const { view } = await readMembership(context, 'quick', { signal });
      const kept = (view?.nodes ?? []).filter(isQuarantined).map(({ name }) => nodeName(context, name));
      if (kept.length === 0) return;
      for (const node of kept) {
        const last = requests.get(node);
        if (last !== undefined && !cameToNothing(last.asked, performance.now() - last.atMs)) continue;
        if (last?.asked.how === 'refused') throw clusterError(`${node} stays in quarantine: ${wordsOf(last.asked)}.`, 'It is no member of the cluster.', `Run "Start-ClusterNode -ClearQuarantine" on it.`, 'clearing of failures', node, last.asked.error);
        const asked = await askChange(context, node, 'clear-quarantine', { signal, parameters: { Computer: machineName(node) } });
        requests.set(node, { asked, atMs: performance.now() });
      }
    }
  });
}

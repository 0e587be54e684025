import { setTimeout as sleep } from 'node:timers/promises';
import type { Snapshot } from '../adapters/hypervisor.ts';
import type { GuestConfig } from '../environment/environment.ts';
import type { RunningProbe } from '../probes/probe.ts';
import type { PhaseName, Transition } from '../record/types.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import { firstAnswer, serviceProbe } from './answers-again.ts';
import type { Injected } from './injection.ts';
import type { InstanceCount } from './instances.ts';
import { probeOf } from './probing.ts';
import type { Scenario } from './scenario.ts';
import { watchTransitions } from './watch.ts';

/**
 * How long we wait for a failover, ms, for all of its phases together. There are platforms whose default resiliency period
 * is 240 s, and others that take up to 181 s to the start command when the node that decides dies (figures of their makers),
 * each before the guest boots.
 */
const failoverTimeoutMs = 600_000;
/** Time after the service is back that still belongs to the window, ms. */
const tailMs = 2000;

export interface Failover {
  guest: GuestConfig;
  /** The node that was killed. */
  node: string;
  injected: Injected;
  instances: InstanceCount;
  timeoutMs?: number;
}

/**
 * Follows the recovery of a guest whose node was killed: every phase with its time, outage measured. All waits share one
 * deadline, and what was (not) seen is in the record when it returns or throws: a cluster that does not fail over fails.
 */
export async function followFailover(scenario: Scenario, { guest, node, injected, instances, timeoutMs = deadlineMs(failoverTimeoutMs) }: Failover): Promise<void> {
  const { hypervisor, signal } = scenario;
  const anchorNs = Number(process.hrtime.bigint()) - scenario.now();
  const patience = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  let readings = 0;
  let isAwaited = true;
  const met = new Map<string, Transition>();
  const at = (snapshot: Snapshot): Snapshot['guests'][number] | undefined => snapshot.guests.find((candidate) => candidate.name === guest.name);
  const phase = (name: PhaseName, transition: Transition, source: string): void => {
    scenario.phase(name, transition, source);
    scenario.progress(`${name} after ${((transition.firstAfter - injected.at) / 1e9).toFixed(1)} s`);
  };
  const watching = watchTransitions({
    hypervisor,
    scope: 'membership',
    sinceNs: injected.at + anchorNs,
    timeoutMs,
    signal,
    isWanted: () => isAwaited,
    conditions: {
      detected: (snapshot) => snapshot.nodes.some((candidate) => candidate.name === node && (!candidate.online || candidate.unclean)),
      fenced: (snapshot) => snapshot.nodes.some((candidate) => candidate.name === node && !candidate.online && !candidate.unclean),
      placed: (snapshot) => ![null, undefined, node].includes(at(snapshot)?.assignedTo) || (at(snapshot)?.runningOn ?? []).some((other) => other !== node),
      running: (snapshot) => (at(snapshot)?.runningOn ?? []).some((other) => other !== node),
    },
    onSnapshot: (snapshot) => {
      readings += 1;
      instances.note(snapshot);
    },
    onMet: (name, transition) => {
      met.set(name, transition);
      phase(name, { lastBefore: scenario.sinceAnchor(transition.lastBefore), firstAfter: scenario.sinceAnchor(transition.firstAfter) }, 'the cluster, polled');
    },
  }).then(() => null, (error: unknown) => error);
  const icmp = probeOf(scenario.probes, guest.name, 'icmp');
  const service = serviceProbe(scenario, guest);
  const powerGoneNs = injected.confirmed.firstAfter + anchorNs;
  const answerOf = async (probe: RunningProbe | null, name: 'answering' | 'serving'): Promise<Transition | null> => {
    const answer = probe === null ? null : await firstAnswer(scenario, probe, powerGoneNs, patience);
    if (answer !== null) phase(name, answer, `probe ${probe?.spec.name}`);
    return answer;
  };
  try {
    const [answering, serving] = await Promise.all([answerOf(icmp ?? null, 'answering'), answerOf(service, 'serving')]);
    isAwaited = false;
    const problem = await watching;
    // Cut short from outside, the wait proves nothing about what did not come.
    const never = signal.aborted ? null : false;
    for (const name of ['detected', 'fenced', 'placed'] as const) scenario.expect(`the cluster was seen to have ${guest.name} or its node ${name}`, met.has(name) ? true : null, met.has(name) ? 'seen' : 'never seen');
    const isBack = answering !== null || serving !== null;
    scenario.expect(`the cluster runs ${guest.name} on another node`, met.has('running') ? true : readings === 0 || isBack ? null : never, met.has('running') ? 'seen' : `never seen in ${readings} readings`);
    scenario.expect(`${guest.name} answers again`, icmp === undefined ? null : answering === null ? never : true, answering === null ? 'no reply' : 'replies');
    if (service !== null) scenario.expect(`${guest.name} serves again`, serving === null ? never : true, serving === null ? `${service.spec.kind} was not answered as expected` : `${service.spec.kind} answers as expected`);
    const [back, by] = service === null ? [answering, icmp] : [serving, service];
    if (back !== null) scenario.measured('recovery', { lo: Math.max(0, back.lastBefore - injected.at) / 1e6, hi: (back.firstAfter - injected.at) / 1e6 }, { source: 'power-off command to the first good answer', ...(by === undefined ? {} : { periodMs: by.spec.periodMs }) });
    if (problem !== null) throw problem;
    await sleep(tailMs, undefined, { signal });
  } finally {
    isAwaited = false;
    await watching;
    const end = scenario.now();
    if (icmp !== undefined) scenario.window(icmp.spec.name, injected.at, end);
    if (service !== null) scenario.window(service.spec.name, injected.at, end, { measures: 'service-gap' });
  }
}

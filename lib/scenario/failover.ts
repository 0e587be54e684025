import { setTimeout as sleep } from 'node:timers/promises';
import type { Snapshot } from '../adapters/hypervisor.ts';
import type { GuestConfig } from '../environment/environment.ts';
import type { RunningProbe } from '../probes/probe.ts';
import type { PhaseName, Transition } from '../record/types.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import { firstAnswer, firstAnswerFrom, serviceProbe } from './answers-again.ts';
import { tellExpectedRecovery } from './expected-recovery.ts';
import type { Injected } from './injection.ts';
import type { InstanceCount } from './instances.ts';
import { neverSeen } from './never-seen.ts';
import type { Never } from './never-seen.ts';
import { probeOf } from './probing.ts';
import { runsElsewhere } from './runs-elsewhere.ts';
import type { Scenario } from './scenario.ts';
import { judgeSilence } from './silence.ts';
import { watchTransitions } from './watch.ts';

/**
 * How long we wait for a failover, ms, for all of its phases together. There are platforms whose default resiliency period
 * is 240 s, and others that take up to 181 s to the start command when the node that decides dies (figures of their makers),
 * each before the guest boots.
 */
const failoverTimeoutMs = 600_000;
/** Time after the service is back that still belongs to the window, ms. */
const tailMs = 2000;

/**
 * How the node was lost. Without power its old instance of the guest is gone for certain; without its network the old instance may go on,
 * and even answer, where the guest has a network of its own.
 */
export type NodeLoss = 'power' | 'network';

const commands: Record<NodeLoss, string> = { power: 'power-off command', network: 'cut from the network' };

export interface Failover {
  guest: GuestConfig;
  /** The node that was lost. */
  node: string;
  loss: NodeLoss;
  /** Of the node when it was lost; null where it is not known. It moves to another node meanwhile. */
  role: string | null;
  injected: Injected;
  instances: InstanceCount;
  timeoutMs?: number;
}

/**
 * Follows the recovery of a guest whose node was lost: every phase with its time, outage measured. Answers count from when the guest
 * was seen on another node. All waits share one deadline, and what was (not) seen is in the record when it returns or throws: a cluster
 * that does not fail over fails.
 */
export async function followFailover(scenario: Scenario, { guest, node, loss, role, injected, instances, timeoutMs = deadlineMs(failoverTimeoutMs) }: Failover): Promise<void> {
  const { hypervisor, signal } = scenario;
  const anchorNs = Number(process.hrtime.bigint()) - scenario.now();
  const patience = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  let isAwaited = true;
  const met = new Map<string, Transition>();
  const elsewhere = Promise.withResolvers<Transition | null>();
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
      running: (snapshot) => runsElsewhere(snapshot, guest.name, node),
    },
    onSnapshot: instances.note,
    onMet: (name, transition) => {
      met.set(name, transition);
      if (name === 'running') elsewhere.resolve(transition);
      phase(name, { lastBefore: scenario.sinceAnchor(transition.lastBefore), firstAfter: scenario.sinceAnchor(transition.firstAfter) }, 'the cluster, polled');
    },
  }).then((watched) => ({ watched, problem: null }), (problem: unknown) => ({ watched: null, problem })).finally(() => elsewhere.resolve(null));
  const icmp = probeOf(scenario.probes, guest.name, 'icmp');
  const service = serviceProbe(scenario, guest);
  const confirmedNs = injected.confirmed.firstAfter + anchorNs;
  const answerOf = async (probe: RunningProbe, name: 'answering' | 'serving'): Promise<{ back: Transition | null; stray: boolean }> => {
    const anywhere = firstAnswer(scenario, probe, confirmedNs, patience).catch(() => null);
    const running = await elsewhere.promise;
    if (running === null) return { back: null, stray: (await anywhere) !== null };
    const back = await firstAnswerFrom(scenario, probe, running, patience);
    if (back !== null) phase(name, back, `probe ${probe.spec.name}, sent after ${guest.name} was seen on another node`);
    return { back, stray: false };
  };
  const silence: { back: Transition | null; stray: boolean } = { back: null, stray: false };
  try {
    const [answering, serving] = await Promise.all([icmp === undefined ? silence : answerOf(icmp, 'answering'), service === null ? silence : answerOf(service, 'serving')]);
    isAwaited = false;
    const { watched, problem } = await watching;
    const waitedUntil = Number(process.hrtime.bigint());
    // Cut short from outside, the wait proves nothing about what did not come.
    const cutShort: Never = { ok: null, detail: 'the wait was cut short' };
    const neverRuns = watched === null || signal.aborted ? cutShort : neverSeen(watched, 'running');
    const neverAnswers = (probe: RunningProbe): Never => (signal.aborted ? cutShort : judgeSilence(probe, met.get('running')?.firstAfter ?? confirmedNs, waitedUntil));
    for (const name of ['detected', 'fenced', 'placed'] as const) scenario.expect(`the cluster was seen to have ${guest.name} or its node ${name}`, met.has(name) ? true : null, met.has(name) ? 'seen' : 'never seen');
    // What answers without having been seen elsewhere runs somewhere all the same, unless it may be the old instance.
    const isSomewhere = loss === 'power' && (answering.stray || serving.stray);
    const strays = 'answers, but was never seen on another node';
    const runs = met.has('running') ? { ok: true, detail: 'seen' } : isSomewhere ? { ok: null, detail: neverRuns.detail } : neverRuns;
    scenario.expect(`the cluster runs ${guest.name} on another node`, runs.ok, `${runs.detail}${answering.stray || serving.stray ? `; it ${strays}` : ''}`);
    const judge = (title: string, probe: RunningProbe, { back, stray }: typeof silence): void => {
      const { ok, detail } = back !== null ? { ok: true, detail: `${probe.spec.kind} is answered as expected` } : stray ? { ok: null, detail: `${probe.spec.kind} ${strays}` } : neverAnswers(probe);
      scenario.expect(title, ok, detail);
    };
    if (icmp === undefined) scenario.expect(`${guest.name} answers again`, null, 'it has no icmp probe');
    else judge(`${guest.name} answers again`, icmp, answering);
    if (service !== null) judge(`${guest.name} serves again`, service, serving);
    const [{ back }, by] = service === null ? [answering, icmp] : [serving, service];
    if (back !== null) {
      const recovery = { lo: Math.max(0, back.lastBefore - injected.at) / 1e6, hi: (back.firstAfter - injected.at) / 1e6 };
      const expected = await tellExpectedRecovery(scenario, guest.name, loss, recovery, role);
      scenario.measured('recovery', recovery, { source: `${commands[loss]} to the first good answer from another node${expected}`, ...(by === undefined ? {} : { periodMs: by.spec.periodMs }) });
    }
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

import { setTimeout as sleep } from 'node:timers/promises';
import type { Snapshot } from '../adapters/hypervisor.ts';
import type { GuestConfig } from '../environment/environment.ts';
import type { RunningProbe } from '../probes/probe.ts';
import type { PhaseName, Transition } from '../record/types.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import type { Injected } from './injection.ts';
import { probeName } from './probing.ts';
import type { Scenario } from './scenario.ts';
import { watchTransitions } from './watch.ts';

/**
 * How long we wait for a failover, ms. Hyper-V's default resiliency period alone is 240 s and Proxmox VE takes up to
 * 181 s to the start command when the HA master dies (figures of their makers), each before the guest boots.
 */
const failoverTimeoutMs = 600_000;
/** Time after the service is back that still belongs to the window, ms. */
const tailMs = 2000;

/** Kinds of probes that prove service, in the order of preference. */
const serviceKinds = ['http', 'dns', 'tcp'] as const;

function serviceProbe(scenario: Scenario, guest: GuestConfig): RunningProbe | null {
  for (const kind of serviceKinds) {
    const probe = scenario.probes.get(probeName(guest.name, kind));
    if (probe !== undefined) return probe;
  }
  return null;
}

/** When a probe that was sent at or after `sinceNs` was answered first, ns since the anchor; null when it never was. */
async function firstAnswer(scenario: Scenario, probe: RunningProbe, sinceNs: number, timeoutMs: number): Promise<Transition | null> {
  try {
    const { sentNs, receivedNs } = await probe.answered(sinceNs, AbortSignal.any([scenario.signal, AbortSignal.timeout(timeoutMs)]));
    return { lastBefore: scenario.sinceAnchor(sentNs - probe.spec.periodMs * 1e6), firstAfter: scenario.sinceAnchor(receivedNs) };
  } catch {
    scenario.signal.throwIfAborted();
    return null;
  }
}

/** Follows the recovery of a guest whose node was killed: every phase with its time, one instance at most, outage measured. */
export async function followFailover(scenario: Scenario, guest: GuestConfig, node: string, injected: Injected): Promise<void> {
  const { hypervisor, signal } = scenario;
  const timeoutMs = deadlineMs(failoverTimeoutMs);
  const sinceNs = Number(process.hrtime.bigint());
  const anchorNs = sinceNs - scenario.now();
  let instancesSeen = 0;
  let readings = 0;
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
    conditions: {
      detected: (snapshot) => snapshot.nodes.some((candidate) => candidate.name === node && (!candidate.online || candidate.unclean)),
      fenced: (snapshot) => snapshot.nodes.some((candidate) => candidate.name === node && !candidate.online && !candidate.unclean),
      placed: (snapshot) => ![null, undefined, node].includes(at(snapshot)?.assignedTo) || (at(snapshot)?.runningOn ?? []).some((other) => other !== node),
      running: (snapshot) => (at(snapshot)?.runningOn ?? []).some((other) => other !== node),
    },
    onSnapshot: (snapshot) => {
      readings += 1;
      instancesSeen = Math.max(instancesSeen, at(snapshot)?.runningOn.length ?? 0);
    },
    onMet: (name, transition) => phase(name, { lastBefore: scenario.sinceAnchor(transition.lastBefore), firstAfter: scenario.sinceAnchor(transition.firstAfter) }, 'the cluster, polled'),
  });
  const icmp = scenario.probes.get(probeName(guest.name, 'icmp'));
  const service = serviceProbe(scenario, guest);
  const powerGoneNs = injected.confirmed.firstAfter + anchorNs;
  const answering = icmp === undefined ? null : await firstAnswer(scenario, icmp, powerGoneNs, timeoutMs);
  if (answering !== null) phase('answering', answering, `probe ${icmp?.spec.name}`);
  const serving = service === null ? null : await firstAnswer(scenario, service, powerGoneNs, timeoutMs);
  if (serving !== null) phase('serving', serving, `probe ${service?.spec.name}`);
  const met = await watching;
  for (const [name, transition] of Object.entries(met)) scenario.expect(`the cluster was seen to have ${guest.name} or its node ${name}`, transition === null ? null : true, transition === null ? 'never seen' : 'seen');
  scenario.expect(`${guest.name} answers again`, icmp === undefined ? null : answering !== null, answering === null ? 'no reply' : 'replies');
  if (service !== null) scenario.expect(`${guest.name} serves again`, serving !== null, serving === null ? `${service.spec.kind} was not answered as expected` : `${service.spec.kind} answers as expected`);
  scenario.expect(`${guest.name} never runs twice`, readings === 0 ? null : instancesSeen <= 1, `at most ${instancesSeen} instance(s) in ${readings} readings of every node that answers`);
  const back = serving ?? answering;
  if (back !== null) scenario.measured('recovery', { lo: Math.max(0, back.lastBefore - injected.at) / 1e6, hi: (back.firstAfter - injected.at) / 1e6 }, { source: 'power-off command to the first good answer' });
  await sleep(tailMs, undefined, { signal });
  const end = scenario.now();
  if (icmp !== undefined) scenario.window(icmp.spec.name, injected.at, end);
  if (service !== null) scenario.window(service.spec.name, injected.at, end, { measures: 'service-gap' });
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Snapshot } from '../adapters/hypervisor.ts';
import type { GuestConfig } from '../environment/environment.ts';
import type { Fault } from '../faults/fault.ts';
import type { Transition } from '../record/types.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import { firstAnswerFrom, serviceProbe } from './answers-again.ts';
import type { InstanceCount } from './instances.ts';
import { neverSeen, tellsGuests } from './never-seen.ts';
import { probeOf } from './probing.ts';
import type { Scenario } from './scenario.ts';
import { judgeSilence } from './silence.ts';
import { watchTransitions } from './watch.ts';

/**
 * How long a node that was asked to go may take until its guests run elsewhere and serve, ms: it moves one guest after the other,
 * and a guest that is stopped instead is waited for until its stop times out.
 */
const departureTimeoutMs = 600_000;
/** Time after the guest serves elsewhere that still belongs to the window, ms. */
const tailMs = 2000;
const readingTimeoutMs = 15_000;

/** A node that is asked to let its guests go, in an orderly way. */
export interface Departure {
  guest: GuestConfig;
  node: string;
  fault: Fault;
  instances: InstanceCount;
  timeoutMs?: number;
}

/** What became of a departure, ns since the anchor. */
export interface Departed {
  /** Just before the command was sent. */
  at: number;
  /** Where the guest is now; null when it was not seen elsewhere. */
  to: string | null;
}

/**
 * Asks a node to go and watches, from the command on, how the guest comes to another node and serves there. Returns when the fault is
 * complete as well (the power off, the drain in force). Every wait ends, at once where the node refuses to go; what was (not) seen is in
 * the record.
 */
export async function followDeparture(scenario: Scenario, departure: Departure): Promise<Departed> {
  const boots = { before: await bootOf(scenario, departure.guest) };
  const command = Promise.withResolvers<number>();
  const injecting = scenario.inject(departure.fault, { once: async () => command.resolve(scenario.now()) });
  const refused = new AbortController();
  injecting.catch((error: unknown) => {
    command.reject(error);
    refused.abort(error);
  });
  const at = await command.promise;
  const watching = { ...scenario, signal: AbortSignal.any([scenario.signal, refused.signal]) };
  const [watched, injected] = await Promise.allSettled([watchGuest(watching, departure, at, boots.before), injecting]);
  for (const outcome of [injected, watched]) if (outcome.status === 'rejected') throw outcome.reason;
  return { at, to: watched.status === 'fulfilled' ? watched.value : null };
}

async function bootOf(scenario: Scenario, guest: GuestConfig): Promise<string | null> {
  return (await scenario.integrity.get(guest.name)?.next(scenario.now(), deadlineMs(readingTimeoutMs), scenario.signal))?.boot ?? null;
}

/** Follows the guest; answers with the node on which it is. */
async function watchGuest(scenario: Scenario, { guest, node, instances, timeoutMs = deadlineMs(departureTimeoutMs) }: Departure, at: number, bootBefore: string | null): Promise<string | null> {
  const { hypervisor, signal } = scenario;
  const anchorNs = Number(process.hrtime.bigint()) - scenario.now();
  const deadline = AbortSignal.timeout(timeoutMs);
  const patience = AbortSignal.any([signal, deadline]);
  const stateOf = (snapshot: Snapshot): Snapshot['guests'][number] | undefined => snapshot.guests.find((candidate) => candidate.name === guest.name);
  // Not a variable: what a callback assigns is not seen by who narrows it.
  const arrival: { to: string | null } = { to: null };
  const goes = `${node}: ${guest.name} goes to another node and runs there alone`;
  const icmp = probeOf(scenario.probes, guest.name, 'icmp');
  const service = serviceProbe(scenario, guest);
  try {
    const watched = await watchTransitions({
      hypervisor,
      scope: 'membership',
      sinceNs: at + anchorNs,
      timeoutMs,
      signal,
      onSnapshot: instances.note,
      conditions: {
        placed: (snapshot) => (stateOf(snapshot)?.runningOn ?? []).some((place) => place !== node) || ![null, undefined, node].includes(stateOf(snapshot)?.assignedTo),
        running: (snapshot) => {
          const { runningOn = [], haState = 'unknown' } = stateOf(snapshot) ?? {};
          if (haState !== 'started' || runningOn.length !== 1 || runningOn[0] === undefined || runningOn[0] === node) return tellsGuests(snapshot, [node]) ? false : null;
          arrival.to = runningOn[0];
          return true;
        },
      },
      onMet: (name, { lastBefore, firstAfter }) => {
        const transition = { lastBefore: scenario.sinceAnchor(lastBefore), firstAfter: scenario.sinceAnchor(firstAfter) };
        scenario.phase(name, transition, 'the cluster, polled');
        scenario.progress(`${name} after ${((transition.firstAfter - at) / 1e9).toFixed(1)} s`);
      },
    });
    const { to } = arrival;
    const arrived = watched.met.running;
    if (arrived === null || to === null) {
      const never = neverSeen(watched, 'running');
      scenario.expect(goes, never.ok, never.detail);
      return null;
    }
    scenario.expect(goes, true, `it runs on ${to}`);
    const answerOf = async (probe: NonNullable<typeof service>, phase: 'answering' | 'serving'): Promise<Transition | null> => {
      const answer = await firstAnswerFrom(scenario, probe, arrived, patience);
      if (answer !== null) scenario.phase(phase, answer, `probe ${probe.spec.name}, sent after ${guest.name} was seen on ${to}`);
      return answer;
    };
    const [answering, serving] = await Promise.all([icmp === undefined ? null : answerOf(icmp, 'answering'), service === null ? null : answerOf(service, 'serving')]);
    const judge = (title: string, probe: NonNullable<typeof service>, answer: Transition | null): void => {
      const silence = judgeSilence(probe, arrived.firstAfter, Number(process.hrtime.bigint()));
      scenario.expect(title, answer !== null ? true : signal.aborted ? null : silence.ok, answer === null ? silence.detail : `${probe.spec.kind} is answered as expected`);
    };
    const answersThere = `${node}: ${guest.name} answers from its new place`;
    if (icmp === undefined) scenario.expect(answersThere, null, 'it has no icmp probe');
    else judge(answersThere, icmp, answering);
    if (service !== null) judge(`${node}: ${guest.name} serves from its new place`, service, serving);
    const back = serving ?? answering;
    if (back !== null) scenario.measured('recovery', { lo: Math.max(0, back.lastBefore - at) / 1e6, hi: (back.firstAfter - at) / 1e6 }, { source: `command to the first good answer of ${guest.name} from ${to}, which was looked for only there`, guest: guest.name, fromNode: node, toNode: to });
    await sayHow(scenario, { guest, node, to, bootBefore });
    await sleep(tailMs, undefined, { signal });
    return to;
  } finally {
    const end = scenario.now();
    const ends = { fromNode: node, ...(arrival.to === null ? {} : { toNode: arrival.to }) };
    if (icmp !== undefined) scenario.window(icmp.spec.name, at, end, ends);
    if (service !== null) scenario.window(service.spec.name, at, end, { measures: 'service-gap', ...ends });
  }
}

/** Says by the guest's own boot id whether it was moved while it ran or started anew: the platform's policy decides that, and users feel it. */
async function sayHow(scenario: Scenario, { guest, node, to, bootBefore }: { guest: GuestConfig; node: string; to: string; bootBefore: string | null }): Promise<void> {
  const bootAfter = await bootOf(scenario, guest);
  const how = bootBefore === null || bootAfter === null ? 'nobody can tell whether it was moved while it ran or started anew (no boot id)' : bootBefore === bootAfter ? 'it was moved while it ran (the same boot)' : 'it was stopped and started anew (another boot)';
  scenario.mark(`${guest.name} came from ${node} to ${to}: ${how}`);
  scenario.progress(`${guest.name} came from ${node} to ${to}: ${how}`);
}

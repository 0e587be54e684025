import { setTimeout as sleep } from 'node:timers/promises';
import type { Snapshot } from '../adapters/hypervisor.ts';
import type { Environment, GuestConfig } from '../environment/environment.ts';
import type { RingReading } from '../measurement/integrity.ts';
import type { RunningProbe } from '../probes/probe.ts';
import type { Transition } from '../record/types.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import { firstAnswerFrom, serviceProbe } from './answers-again.ts';
import { leftOut } from './closed-ways.ts';
import type { ClosedWays } from './closed-ways.ts';
import type { Injected } from './injection.ts';
import type { InstanceCount } from './instances.ts';
import { neverSeen, tellsGuests } from './never-seen.ts';
import { Blocked } from './outcome.ts';
import { probeOf } from './probing.ts';
import { watchRestart } from './restart-watch.ts';
import type { Restart } from './restart-watch.ts';
import type { Scenario } from './scenario.ts';
import { awaitService } from './service-return.ts';
import { watchTransitions } from './watch.ts';

/** As long as a failover is waited for, ms. */
const settleTimeoutMs = 600_000;
/**
 * How long the guest must be seen to run in its place without a change, ms: a manager that has just fenced the target may still
 * stop the guest that runs well on the source, to start it anew.
 */
const calmMs = 6000;
/** Time after everything is settled that still belongs to what the guests felt, ms. */
const tailMs = 1000;

/**
 * A node to migrate to: allowed, up, and with a hand on its power. Throws Blocked when there is none.
 *
 * @param closed nodes that the guest is not to be moved to
 */
export function otherEnd(environment: Environment, snapshot: Snapshot, from: string, closed: ClosedWays = new Map()): string {
  const isUp = (name: string): boolean => snapshot.nodes.some((node) => node.name === name && node.online && !node.unclean && !node.drained);
  const found = environment.nodes.find(({ name, power }) => name !== from && environment.allow.nodes.includes(name) && power !== undefined && isUp(name) && !closed.has(name));
  if (found === undefined) throw new Blocked([`There is no node to migrate to from ${from}: another one must be up, among allow.nodes, and have a hand on its power (nodes[].power).`, ...leftOut(environment, closed)].join(' '));
  return found.name;
}

/** Where a guest runs and is meant to run, when the manager has nothing to do to it; null otherwise. The lost node is no such place. */
export function settledPlace(snapshot: Snapshot, guest: string, lost: string): string | null {
  const state = snapshot.guests.find(({ name }) => name === guest);
  const [place, ...more] = state?.runningOn ?? [];
  return place !== undefined && place !== lost && more.length === 0 && state?.haState === 'started' && state.assignedTo === place ? place : null;
}

/** The boots of a guest before and after a moment; undefined where no reading tells. */
function bootsAround(readings: readonly Pick<RingReading, 'boot' | 'to'>[], moment: number): { before: string | undefined; after: string | undefined } {
  return { before: readings.findLast(({ to }) => to <= moment)?.boot, after: readings.at(-1)?.boot };
}

/**
 * Whether a guest whose source lost its power had not arrived yet: then its boot cannot go on. A boot that goes on proves that the
 * migration was complete, and nothing was interrupted (null); so does nothing a guest whose boot cannot be read. Pure.
 */
export function hadNotArrived(readings: readonly Pick<RingReading, 'boot' | 'to'>[], lostAt: number): { ok: true | null; detail: string } {
  const { before, after } = bootsAround(readings, lostAt);
  if (before === undefined || after === undefined) return { ok: null, detail: 'its boot could not be read before and after' };
  return before === after ? { ok: null, detail: `its boot ${before} goes on: the migration was complete before its source was gone` } : { ok: true, detail: `boot ${before} before, ${after} after` };
}

export interface InterruptedMigration {
  guest: GuestConfig;
  /** The node that lost its power. */
  node: string;
  injected: Injected;
  instances: InstanceCount;
  /** How long the guest must be seen to run in its place without a change, ms. */
  calmForMs?: number;
  /** How long that is waited for, ms. */
  timeoutMs?: number;
}

/** A restart of the guest, and when it was answered from its new place. */
interface Return extends Restart {
  answers: Promise<{ answering: Transition | null; serving: Transition | null }>;
}

/**
 * Follows the cluster until the lost node is fenced and the guest runs in one place, and stays there; then every guest must serve. Where the
 * guest was started anew, on whichever node, that has its phases and its recovery; a guest that ran on the whole time has none.
 */
export async function followSettling(scenario: Scenario, { guest, node, injected, instances, calmForMs = calmMs, timeoutMs: patience = deadlineMs(settleTimeoutMs) }: InterruptedMigration): Promise<void> {
  const anchorNs = Number(process.hrtime.bigint()) - scenario.now();
  const isLost = (snapshot: Snapshot, clean: boolean): boolean => snapshot.nodes.some(({ name, online, unclean }) => name === node && (clean ? !online && !unclean : !online || unclean));
  const patient = AbortSignal.any([scenario.signal, AbortSignal.timeout(patience)]);
  const sinceAnchor = ({ lastBefore, firstAfter }: Transition): Transition => ({ lastBefore: scenario.sinceAnchor(lastBefore), firstAfter: scenario.sinceAnchor(firstAfter) });
  // Not variables: what a callback assigns is not seen by who narrows them.
  const seen: { calm: { place: string; since: number } | null; back: Return | null } = { calm: null, back: null };
  const icmp = probeOf(scenario.probes, guest.name, 'icmp');
  const service = serviceProbe(scenario, guest);
  const restarts = watchRestart({
    guest: guest.name,
    lost: node,
    sinceNs: injected.at + anchorNs,
    onRestart: (restart, signal) => {
      const until = AbortSignal.any([patient, signal]);
      const answerOf = async (probe: RunningProbe | null): Promise<Transition | null> => (probe === null ? null : firstAnswerFrom(scenario, probe, restart.running, until).catch(() => null));
      const answers = Promise.all([answerOf(icmp ?? null), answerOf(service)]).then(([answering, serving]) => ({ answering, serving }));
      const back = { ...restart, answers };
      seen.back = back;
      signal.addEventListener('abort', () => {
        if (seen.back === back) seen.back = null;
      });
      scenario.progress(`${guest.name} runs on ${restart.place} after ${((scenario.sinceAnchor(restart.running.firstAfter) - injected.at) / 1e9).toFixed(1)} s`);
    },
  });
  try {
    const watched = await watchTransitions({
      hypervisor: scenario.hypervisor,
      scope: 'membership',
      sinceNs: injected.at + anchorNs,
      timeoutMs: patience,
      signal: scenario.signal,
      onSnapshot: (snapshot) => {
        instances.note(snapshot);
        restarts.note(snapshot);
        const place = isLost(snapshot, true) ? settledPlace(snapshot, guest.name, node) : null;
        if (place === null) seen.calm = null;
        else if (seen.calm?.place !== place) seen.calm = { place, since: performance.now() };
      },
      conditions: {
        detected: (snapshot) => isLost(snapshot, false),
        fenced: (snapshot) => isLost(snapshot, true),
        settled: (snapshot) => {
          if (seen.calm === null) return tellsGuests(snapshot, [node]) ? false : null;
          // It is where it should be, and nobody can tell yet whether it stays there.
          return performance.now() - seen.calm.since >= calmForMs || null;
        },
      },
      onMet: (name, transition) => {
        if (name !== 'settled') scenario.phase(name, sinceAnchor(transition), 'the cluster, polled');
      },
    });
    const { met } = watched;
    for (const name of ['detected', 'fenced'] as const) scenario.expect(`the cluster was seen to have ${node} ${name}`, met[name] !== null ? true : null, met[name] !== null ? 'seen' : 'never seen');
    const settled = met.settled === null ? neverSeen(watched, 'settled') : { ok: true, detail: `on ${seen.calm?.place}` };
    scenario.expect(`${guest.name} runs on one node again, and stays there`, settled.ok, settled.detail);
    const [each, answers] = await Promise.all([awaitService(scenario, scenario.now()), seen.back?.answers ?? null]);
    const { before, after } = bootsAround(scenario.integrity.get(guest.name)?.readings() ?? [], injected.at);
    const ranOn = before !== undefined && before === after;
    if (ranOn) scenario.mark(`${guest.name} ran on in its boot: nothing of it had to be recovered`);
    else if (seen.back !== null && answers !== null) recordReturn(scenario, { injected, placed: sinceAnchor(seen.back.placed), running: sinceAnchor(seen.back.running), place: seen.back.place, ...answers, by: service ?? icmp ?? null });
    for (const returned of each) {
      const { ok, detail } = returned.back === null ? returned : { ok: true, detail: 'it does' };
      scenario.expect(`${returned.guest} serves and writes`, ok, detail);
    }
  } finally {
    restarts.stop();
  }
  await sleep(tailMs, undefined, { signal: scenario.signal });
}

/** The phases of a guest that was started anew, and its recovery; times in ns since the anchor. `by`: the probe that proves that it is back. */
function recordReturn(scenario: Scenario, { injected, place, placed, running, answering, serving, by }: { injected: Injected; place: string; placed: Transition; running: Transition; answering: Transition | null; serving: Transition | null; by: RunningProbe | null }): void {
  scenario.phase('placed', placed, 'the cluster, polled');
  scenario.phase('running', running, 'the cluster, polled');
  if (answering !== null) scenario.phase('answering', answering, `its icmp probe, sent after it was seen on ${place}`);
  if (serving !== null) scenario.phase('serving', serving, `its service, asked after it was seen on ${place}`);
  const back = by?.spec.kind === 'icmp' ? answering : serving;
  if (back === null || by === null) return;
  scenario.measured('recovery', { lo: Math.max(0, back.lastBefore - injected.at) / 1e6, hi: (back.firstAfter - injected.at) / 1e6 }, { source: `power-off command to the first good answer from ${place}, where it was started anew`, periodMs: by.spec.periodMs });
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Snapshot } from '../adapters/hypervisor.ts';
import type { Environment, GuestConfig } from '../environment/environment.ts';
import type { RingReading } from '../measurement/integrity.ts';
import type { Transition } from '../record/types.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import type { Injected } from './injection.ts';
import type { InstanceCount } from './instances.ts';
import { Blocked } from './outcome.ts';
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

/** A node to migrate to: allowed, up, and with a hand on its power. Throws Blocked when there is none. */
export function otherEnd(environment: Environment, snapshot: Snapshot, from: string): string {
  const isUp = (name: string): boolean => snapshot.nodes.some((node) => node.name === name && node.online && !node.unclean && !node.drained);
  const found = environment.nodes.find(({ name, power }) => name !== from && environment.allow.nodes.includes(name) && power !== undefined && isUp(name));
  if (found === undefined) throw new Blocked(`There is no node to migrate to from ${from}: another one must be up, among allow.nodes, and have a hand on its power (nodes[].power).`);
  return found.name;
}

/** Where a guest runs and is meant to run, when the manager has nothing to do to it; null otherwise. The lost node is no such place. */
export function settledPlace(snapshot: Snapshot, guest: string, lost: string): string | null {
  const state = snapshot.guests.find(({ name }) => name === guest);
  const [place, ...more] = state?.runningOn ?? [];
  return place !== undefined && place !== lost && more.length === 0 && state?.haState === 'started' && state.assignedTo === place ? place : null;
}

/**
 * Whether a guest whose source lost its power had not arrived yet: then its boot cannot go on. A boot that goes on proves that the
 * migration was complete, and nothing was interrupted (null); so does nothing a guest whose boot cannot be read. Pure.
 */
export function hadNotArrived(readings: readonly Pick<RingReading, 'boot' | 'to'>[], lostAt: number): { ok: true | null; detail: string } {
  const before = readings.findLast(({ to }) => to <= lostAt)?.boot;
  const after = readings.at(-1)?.boot;
  if (before === undefined || after === undefined) return { ok: null, detail: 'its boot could not be read before and after' };
  return before === after ? { ok: null, detail: `its boot ${before} goes on: the migration was complete before its source was gone` } : { ok: true, detail: `boot ${before} before, ${after} after` };
}

export interface InterruptedMigration {
  guest: GuestConfig;
  /** The node that lost its power. */
  node: string;
  injected: Injected;
  instances: InstanceCount;
}

/** Follows the cluster until the lost node is fenced and the guest runs in one place, and stays there; then every guest must serve. */
export async function followSettling(scenario: Scenario, { guest, node, injected, instances }: InterruptedMigration): Promise<void> {
  const anchorNs = Number(process.hrtime.bigint()) - scenario.now();
  const isLost = (snapshot: Snapshot, clean: boolean): boolean => snapshot.nodes.some(({ name, online, unclean }) => name === node && (clean ? !online && !unclean : !online || unclean));
  let calm: { place: string; since: number } | null = null;
  const patience = deadlineMs(settleTimeoutMs);
  const phase = (name: 'detected' | 'fenced', { lastBefore, firstAfter }: Transition): void => scenario.phase(name, { lastBefore: scenario.sinceAnchor(lastBefore), firstAfter: scenario.sinceAnchor(firstAfter) }, 'the cluster, polled');
  const met = await watchTransitions({
    hypervisor: scenario.hypervisor,
    scope: 'membership',
    sinceNs: injected.at + anchorNs,
    timeoutMs: patience,
    signal: scenario.signal,
    onSnapshot: (snapshot) => {
      instances.note(snapshot);
      const place = isLost(snapshot, true) ? settledPlace(snapshot, guest.name, node) : null;
      if (place === null) calm = null;
      else if (calm?.place !== place) calm = { place, since: performance.now() };
    },
    conditions: {
      detected: (snapshot) => isLost(snapshot, false),
      fenced: (snapshot) => isLost(snapshot, true),
      settled: () => calm !== null && performance.now() - calm.since >= calmMs,
    },
    onMet: (name, transition) => {
      if (name !== 'settled') phase(name, transition);
    },
  });
  const place = (calm as { place: string } | null)?.place;
  for (const name of ['detected', 'fenced'] as const) scenario.expect(`the cluster was seen to have ${node} ${name}`, met[name] !== null ? true : null, met[name] !== null ? 'seen' : 'never seen');
  scenario.expect(`${guest.name} runs on one node again, and stays there`, met.settled !== null, met.settled !== null ? `on ${place}` : 'it did not');
  const since = scenario.now();
  const each = await awaitService(scenario, since);
  for (const { guest: name, back } of each) scenario.expect(`${name} serves and writes`, back !== null, back === null ? 'it does not' : 'it does');
  await sleep(tailMs, undefined, { signal: scenario.signal });
}

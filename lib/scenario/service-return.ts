import { setTimeout as sleep } from 'node:timers/promises';
import type { GuestConfig } from '../environment/environment.ts';
import type { RingReading } from '../measurement/integrity.ts';
import type { Transition } from '../record/types.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import { firstAnswer, serviceProbe } from './answers-again.ts';
import { ringPeriodMs } from './integrity-watch.ts';
import type { Never } from './never-seen.ts';
import { endOfWaitNs } from './never-seen.ts';
import { probeOf } from './probing.ts';
import type { Scenario } from './scenario.ts';
import { judgeSilence } from './silence.ts';

/**
 * How long we wait for the service after something came back, ms: a server takes minutes to pass its firmware, a cluster
 * up to 181 s until it starts a guest (figures of the platforms' makers), and then the guest boots.
 */
const serviceTimeoutMs = 900_000;

/**
 * The first write that was acknowledged after a moment, between the reading before it and the one that shows it; null when no
 * reading does. Times in ns since the anchor. Pure.
 */
export function firstWriteAfter(readings: readonly RingReading[], since: number): Transition | null {
  const before = readings.findLast(({ from }) => from <= since)?.ack ?? 0;
  let lastBefore = since;
  for (const { from, to, ack, recovered } of readings) {
    if (from < since) continue;
    // What a guest found on its disk when it booted was written before.
    if (ack > Math.max(before, recovered)) return { lastBefore, firstAfter: to };
    lastBefore = from;
  }
  return null;
}

/** Judges a write sequence in which no new write was seen in a wait: it stood still only where it was read at the end of it. Pure; times in ns since the anchor. */
export function judgeStandstill(readings: readonly RingReading[], from: number, until: number): Never {
  const waited = `${((until - from) / 1e9).toFixed(1)} s`;
  if (readings.some((reading) => reading.from >= endOfWaitNs(from, until))) return { ok: false, detail: `it wrote nothing new within ${waited}` };
  return { ok: null, detail: `its write sequence could not be read at the end of ${waited}; ask guests[].integrity of the environment file by hand` };
}

/** What became of a guest whose service was waited for: when it was back (ns since the anchor), or why it is not known to be. */
export type Returned = { guest: string; back: Transition } | (Never & { guest: string; back: null });

/** When a guest served and wrote again after `since`, ns since the anchor: the later of the two. It is waited for until the signal aborts. */
async function serviceOf(scenario: Scenario, guest: GuestConfig, since: number, signal: AbortSignal): Promise<Returned> {
  const anchorNs = Number(process.hrtime.bigint()) - scenario.now();
  const from = scenario.now();
  const probe = serviceProbe(scenario, guest) ?? probeOf(scenario.probes, guest.name, 'icmp') ?? null;
  const watch = scenario.integrity.get(guest.name);
  const never = (why: Never): Returned => ({ guest: guest.name, back: null, ...why });
  if (probe === null && watch === undefined) return never({ ok: null, detail: 'nothing asks it: give it a probe or a write sequence (guests[].probes, guests[].integrity of the environment file)' });
  const found: Transition[] = [];
  if (probe !== null) {
    const answer = await firstAnswer(scenario, probe, since + anchorNs, signal);
    if (answer === null) return never(judgeSilence(probe, from + anchorNs, scenario.now() + anchorNs));
    found.push({ ...answer, lastBefore: Math.max(since, answer.lastBefore) });
  }
  if (watch !== undefined) {
    let write = firstWriteAfter(watch.readings(), since);
    for (; write === null && !signal.aborted; write = firstWriteAfter(watch.readings(), since)) await sleep(ringPeriodMs, undefined, { signal }).catch(() => undefined);
    if (write === null) return never(judgeStandstill(watch.readings(), from, scenario.now()));
    found.push(write);
  }
  const [last] = found.toSorted((one, other) => other.firstAfter - one.firstAfter);
  if (last === undefined) throw new Error('a guest that is asked for nothing has not returned');
  return { guest: guest.name, back: last };
}

/** When each guest served, and wrote where its writes can be read, after `since` (ns since the anchor), or why it is not known to have. */
export async function awaitService(scenario: Scenario, since: number, timeoutMs: number = serviceTimeoutMs): Promise<Returned[]> {
  const patience = AbortSignal.any([scenario.signal, AbortSignal.timeout(deadlineMs(timeoutMs))]);
  const each = await Promise.all(scenario.environment.guests.map(async (guest) => serviceOf(scenario, guest, since, patience)));
  scenario.signal.throwIfAborted();
  return each;
}

/** A service that has not come back within so many times its limit has broken it for certain; nobody is to be without it any longer. */
const limitsWaited = 2;

/**
 * Waits until every guest serves again, and writes again where its writes can be read. `recovery` is the time of the last of
 * them since `since` (ns since the anchor). A guest that was seen not to come back fails the row.
 *
 * @param limitMs the limit on `recovery`, which bounds the waiting
 */
export async function followServiceReturn(scenario: Scenario, since: number, what: string, limitMs?: number): Promise<void> {
  const each = await awaitService(scenario, since, limitMs === undefined ? serviceTimeoutMs : Math.min(serviceTimeoutMs, limitsWaited * limitMs));
  for (const returned of each) {
    const { guest, back } = returned;
    const title = `${guest} serves and writes again after ${what}`;
    if (back === null) {
      scenario.expect(title, returned.ok, returned.detail);
      continue;
    }
    const seconds = ((back.firstAfter - since) / 1e9).toFixed(1);
    scenario.expect(title, true, `${seconds} s after it`);
    scenario.progress(`${guest} serves again ${seconds} s after ${what}`);
  }
  const backs = each.flatMap(({ back }) => back ?? []);
  if (backs.length < each.length || backs.length === 0) return;
  const latest = { lo: Math.max(...backs.map(({ lastBefore }) => lastBefore)), hi: Math.max(...backs.map(({ firstAfter }) => firstAfter)) };
  scenario.phase('serving', { lastBefore: latest.lo, firstAfter: latest.hi }, 'probes and write sequences of the guests, the last of them');
  scenario.measured('recovery', { lo: Math.max(0, latest.lo - since) / 1e6, hi: (latest.hi - since) / 1e6 }, { source: `${what} to the last guest that serves and writes again`, periodMs: ringPeriodMs });
}

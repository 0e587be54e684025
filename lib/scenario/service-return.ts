import { setTimeout as sleep } from 'node:timers/promises';
import type { GuestConfig } from '../environment/environment.ts';
import type { RingReading } from '../measurement/integrity.ts';
import type { Transition } from '../record/types.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import { firstAnswer, serviceProbe } from './answers-again.ts';
import { ringPeriodMs } from './integrity-watch.ts';
import { probeOf } from './probing.ts';
import type { Scenario } from './scenario.ts';

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

/** When a guest served and wrote again after `since`, ns since the anchor: the later of the two. Null when it did not until the signal aborted. */
async function serviceOf(scenario: Scenario, guest: GuestConfig, since: number, signal: AbortSignal): Promise<Transition | null> {
  const anchorNs = Number(process.hrtime.bigint()) - scenario.now();
  const probe = serviceProbe(scenario, guest) ?? probeOf(scenario.probes, guest.name, 'icmp') ?? null;
  const watch = scenario.integrity.get(guest.name);
  const found: Transition[] = [];
  try {
    if (probe !== null) {
      const answer = await firstAnswer(scenario, probe, since + anchorNs, signal);
      if (answer === null) return null;
      found.push({ ...answer, lastBefore: Math.max(since, answer.lastBefore) });
    }
    if (watch !== undefined) {
      let write = firstWriteAfter(watch.readings(), since);
      for (; write === null; write = firstWriteAfter(watch.readings(), since)) await sleep(ringPeriodMs, undefined, { signal });
      found.push(write);
    }
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
  return found.toSorted((one, other) => other.firstAfter - one.firstAfter)[0] ?? null;
}

/** When each guest served, and wrote where its writes can be read, after `since` (ns since the anchor); null for one that did not in all the time that is waited. */
export async function awaitService(scenario: Scenario, since: number, timeoutMs: number = serviceTimeoutMs): Promise<{ guest: string; back: Transition | null }[]> {
  const patience = AbortSignal.any([scenario.signal, AbortSignal.timeout(deadlineMs(timeoutMs))]);
  const each = await Promise.all(scenario.environment.guests.map(async (guest) => ({ guest: guest.name, back: await serviceOf(scenario, guest, since, patience) })));
  scenario.signal.throwIfAborted();
  return each;
}

/** A service that has not come back within so many times its limit has broken it for certain; nobody is to be without it any longer. */
const limitsWaited = 2;

/**
 * Waits until every guest serves again, and writes again where its writes can be read. `recovery` is the time of the last of
 * them since `since` (ns since the anchor). A guest that does not come back fails the row.
 *
 * @param limitMs the limit on `recovery`, which bounds the waiting
 */
export async function followServiceReturn(scenario: Scenario, since: number, what: string, limitMs?: number): Promise<void> {
  const each = await awaitService(scenario, since, limitMs === undefined ? serviceTimeoutMs : Math.min(serviceTimeoutMs, limitsWaited * limitMs));
  for (const { guest, back } of each) {
    const seconds = back === null ? null : (back.firstAfter - since) / 1e9;
    scenario.expect(`${guest} serves and writes again after ${what}`, seconds !== null, seconds === null ? 'it did not' : `${seconds.toFixed(1)} s after it`);
    if (seconds !== null) scenario.progress(`${guest} serves again ${seconds.toFixed(1)} s after ${what}`);
  }
  const backs = each.flatMap(({ back }) => back ?? []);
  if (backs.length < each.length || backs.length === 0) return;
  const latest = { lo: Math.max(...backs.map(({ lastBefore }) => lastBefore)), hi: Math.max(...backs.map(({ firstAfter }) => firstAfter)) };
  scenario.phase('serving', { lastBefore: latest.lo, firstAfter: latest.hi }, 'probes and write sequences of the guests, the last of them');
  scenario.measured('recovery', { lo: Math.max(0, latest.lo - since) / 1e6, hi: (latest.hi - since) / 1e6 }, { source: `${what} to the last guest that serves and writes again`, periodMs: ringPeriodMs });
}

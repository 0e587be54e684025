import { setTimeout as sleep } from 'node:timers/promises';
import type { Snapshot } from '../adapters/hypervisor.ts';
import { powerControl } from '../faults/power.ts';
import type { Scenario } from './scenario.ts';

/** Pause between two looks at the power of the node, ms. */
const periodMs = 250;
/** How long a node that is back is asked for what it wrote down, ms. */
const endTimeoutMs = 60_000;

/** What was seen of a node that was cut off while it ran, times in ns since the anchor; null: never seen. */
export interface FencingSeen {
  /** The last time that its power was asked for and was on. */
  lastOn: number | null;
  /** When its power was first seen off. */
  firstOff: number | null;
  /** When the guest was first seen to run on another node. */
  runsElsewhere: number | null;
  /** When the last reading began in which it was on no other node yet: it was started later. */
  notElsewhere: number | null;
  /** When the node started anew after the cut, at the latest, by its own account once it could be asked again. */
  startedAnew: number | null;
  /** When the node's own instance of the guest had ended after the cut, at the latest, by the node's own log once it could be asked again. */
  ended?: number | null;
}

export interface FencingWatch {
  /** Takes a reading of the cluster into account. */
  note: (snapshot: Snapshot) => void;
  stop(): Promise<void>;
  /** The arguments of an expectation. */
  verdict(): Promise<[title: string, ok: boolean | null, detail: string]>;
}

/**
 * Whether a node that nobody could reach was stopped before its guest was started elsewhere. The first witness is the hand on its
 * power, which is no part of the cluster. A node that stays on proves nothing by that: some platforms let a node reset itself.
 * Then it says itself, when it is back, since when it runs: where that is before the guest can have been started elsewhere, what
 * ran on it had ended by then. On other platforms the node goes on running and ends its guests only, which it wrote down. Pure.
 */
export function fencedFirst({ lastOn, firstOff, runsElsewhere, notElsewhere, startedAnew, ended = null }: FencingSeen): boolean | null {
  if (runsElsewhere === null) return null;
  if (notElsewhere !== null && [startedAnew, ended].some((moment) => moment !== null && moment <= notElsewhere)) return true;
  if (firstOff === null) return null;
  if (firstOff <= runsElsewhere) return true;
  return lastOn !== null && lastOn >= runsElsewhere ? false : null;
}

/** Looks at the power of a node that is cut off, again and again, until it is off or the watch is stopped. */
export function watchFencing(scenario: Pick<Scenario, 'environment' | 'signal' | 'now' | 'sinceAnchor' | 'mark'> & { hypervisor: Pick<Scenario['hypervisor'], 'instanceEnd'> }, { node, guest, since }: { node: string; guest: string; since: number }): FencingWatch {
  const control = powerControl(scenario.environment, node);
  const stopping = new AbortController();
  const signal = AbortSignal.any([stopping.signal, scenario.signal]);
  const seen: FencingSeen = { lastOn: null, firstOff: null, runsElsewhere: null, notElsewhere: null, startedAnew: null };
  const watch = async (): Promise<void> => {
    while (!signal.aborted && seen.firstOff === null) {
      const asked = scenario.now();
      const reading = await control.read(signal).catch(() => null);
      if (reading === 'on') seen.lastOn = asked;
      if (reading === 'off') {
        seen.firstOff = scenario.now();
        scenario.mark(`the power of ${node} is off`);
      }
      await sleep(periodMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = watch();
  /** What the node wrote down of its own instance, in words; its moment goes into what was seen. */
  const ownLog = async (): Promise<string> => {
    const { instanceEnd } = scenario.hypervisor;
    if (instanceEnd === undefined) return '';
    try {
      const [nowNs, nowMs] = [scenario.now(), Date.now()];
      const end = await instanceEnd(guest, node, new Date(nowMs - (nowNs - since) / 1e6), { signal: scenario.signal, timeoutMs: endTimeoutMs });
      const toNs = (moment: Date): number => nowNs + (moment.getTime() - nowMs) * 1e6;
      // One that may have ended before the cut was not ended by it.
      if (end === null || toNs(end.earliest) < since) return `; its own log tells of no end of ${guest} there`;
      seen.ended = toNs(end.latest);
      return `; it ended ${guest} by ${after(seen.ended)}, says ${end.source}`;
    } catch (error) {
      return `; what its own log says of ${guest} could not be read: ${(error as Error).message}`;
    }
  };
  const after = (moment: number | null): string => (moment === null ? 'never' : `${((moment - since) / 1e9).toFixed(1)} s after the cut`);
  return {
    note: (snapshot) => {
      const places = snapshot.guests.find(({ name }) => name === guest)?.runningOn ?? [];
      if (places.some((place) => place !== node)) seen.runsElsewhere ??= scenario.sinceAnchor(snapshot.toNs);
      else if (seen.runsElsewhere === null) seen.notElsewhere = scenario.sinceAnchor(snapshot.fromNs);
      const up = snapshot.nodes.find(({ name }) => name === node)?.upSince;
      // Only what is wholly behind the cut tells of a start after it.
      if (up !== undefined && scenario.sinceAnchor(up.fromNs) > since) seen.startedAnew ??= scenario.sinceAnchor(up.toNs);
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
    verdict: async () => {
      const own = await ownLog();
      return [
        `${node} was stopped before ${guest} was started on another node`,
        fencedFirst(seen),
        `its power was last seen on ${after(seen.lastOn)} and first seen off ${after(seen.firstOff)}, says ${control.how}; by its own account it started anew ${seen.startedAnew === null ? 'never' : `by ${after(seen.startedAnew)}`}; ${guest} was last seen on no other node ${after(seen.notElsewhere)}, and first seen on one ${after(seen.runsElsewhere)}${own}`,
      ];
    },
  };
}

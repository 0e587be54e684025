import { isOwnNeighbourSilent } from '../probes/link/watch.ts';
import type { BlindTime, RunningProbe } from '../probes/probe.ts';
import type { Never } from './never-seen.ts';
import { endOfWaitNs } from './never-seen.ts';

/** Of the end of a wait so much is left out: a probe that was sent then may still be answered. */
const underWayShare = 0.25;
/** Where nothing is blind for longer than this many periods, a probe was sent: a longer gap of the sends is blind. */
const sentWithinPeriods = 2;

/** The longest stretch within a window that no blind stretch covers, ns. Pure. */
export function longestSeeing(fromNs: number, toNs: number, blind: readonly Pick<BlindTime, 'fromNs' | 'toNs'>[]): number {
  let seenUntil = fromNs;
  let longest = 0;
  for (const stretch of blind.toSorted((one, other) => one.fromNs - other.fromNs)) {
    longest = Math.max(longest, Math.min(stretch.fromNs, toNs) - seenUntil);
    seenUntil = Math.max(seenUntil, stretch.toNs);
  }
  return Math.max(longest, toNs - seenUntil);
}

/**
 * Judges a probe that was not answered as expected from `fromNs` to `untilNs` (ns of CLOCK_MONOTONIC). It is held against the guest only
 * where probes were sent at the end of the wait while the prober could see; what a dead engine or a lost route did not send says nothing.
 *
 * Where the guest's own hardware address is not found, carrier and route being as they were, this machine did ask for it and nobody
 * answered: that makes a figure less exact, and is silence all the same. Without CAP_NET_ADMIN a guest that is gone ends like that.
 */
export function judgeSilence({ spec, status }: Pick<RunningProbe, 'spec' | 'status'>, fromNs: number, untilNs: number): Never {
  const { lastSentNs, blind } = status();
  const lateNs = endOfWaitNs(fromNs, untilNs);
  const patienceNs = Math.min(spec.waitMs * 1e6, underWayShare * (untilNs - fromNs));
  const toNs = Math.min(untilNs - patienceNs, lastSentNs ?? -Infinity);
  const ours = blind.filter(({ reason }) => !isOwnNeighbourSilent(reason));
  const waited = `${((untilNs - fromNs) / 1e9).toFixed(1)} s`;
  if (longestSeeing(lateNs, toNs, ours) > sentWithinPeriods * spec.periodMs * 1e6) return { ok: false, detail: `${spec.kind} was not answered as expected within ${waited}` };
  const why = ours.findLast((stretch) => stretch.toNs > lateNs)?.reason ?? 'no probe was sent';
  return { ok: null, detail: `${spec.kind} was not answered as expected within ${waited}, and at the end of it the prober could not see (${why}); mend that on this machine, then run the row again` };
}

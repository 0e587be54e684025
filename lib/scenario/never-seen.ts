import type { Snapshot } from '../adapters/hypervisor.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import type { Watched } from './watch.ts';

/** What did not come in all the time that it was waited for: `false` where that was seen, `null` where nobody can tell. */
export interface Never {
  ok: false | null;
  detail: string;
}

/**
 * The end of a wait, in which it must have been seen that what was waited for is still not there, ms on an idle machine: a reading that
 * asks a node that does not answer takes half a minute (Proxmox VE gives a node 30 s before it answers 596 for it), so that one or two
 * fit in. Of a short wait it is half.
 */
const endOfWaitMs = 60_000;

/** Where the end of a wait begins, ns. What was seen before does not tell how it ended. */
export function endOfWaitNs(fromNs: number, untilNs: number): number {
  return untilNs - Math.min(deadlineMs(endOfWaitMs) * 1e6, (untilNs - fromNs) / 2);
}

const sayS = (ns: number): string => (Math.max(0, ns) / 1e9).toFixed(1);

/**
 * Judges what a watch never saw come true. It is held against the cluster only where a reading at the end of the wait showed it not to
 * be so. `subject`: what could not be read otherwise.
 *
 * @param behindNs where it was promised until then, only and any reading behind this counts, ns of CLOCK_MONOTONIC
 */
export function neverSeen<Name extends string>(watched: Watched<Name>, name: Name, subject = 'the cluster', behindNs = endOfWaitNs(watched.fromNs, watched.untilNs)): Never {
  const { readings, failed, trouble, fromNs, untilNs } = watched;
  const lastNs = watched.contraryNs[name];
  const waited = `${sayS(untilNs - fromNs)} s`;
  if (lastNs !== null && lastNs >= behindNs) return { ok: false, detail: `not so in ${readings} readings within ${waited}, the last of them ${sayS(lastNs - fromNs)} s after the first` };
  const basis = readings === 0 ? `${subject} could not be read in ${failed} attempts within ${waited}` : lastNs === null ? `none of ${readings} readings of ${subject} within ${waited} tells` : `the last reading of ${subject} that tells was begun ${sayS(untilNs - lastNs)} s before the end of ${waited}`;
  return { ok: null, detail: `${basis}${trouble === null ? '' : `: ${trouble.replace(/[.\s]+$/, '')}`}; see by "check" what keeps it from being read, then run the row again` };
}

/** Whether a reading tells of every guest where it runs. What only a node of `except` could have told does not count. */
export function tellsGuests({ unread }: Pick<Snapshot, 'unread'>, except: readonly string[] = []): boolean {
  return unread.every(({ what }) => !what.startsWith('guest') || except.some((node) => what.split(/[^\w.-]+/).includes(node)));
}

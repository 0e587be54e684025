import { setTimeout as sleep } from 'node:timers/promises';
import type { Snapshot, SnapshotScope } from '../adapters/hypervisor.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import type { Injected } from './injection.ts';
import { neverSeen } from './never-seen.ts';
import type { Scenario } from './scenario.ts';
import { watchTransitions } from './watch.ts';

/** How long the platform may take to notice, ms: as for one disk or one node, with room for the agreement of what is left. */
const noticeTimeoutMs = 180_000;
/**
 * How long the platform is left at its limit once it has noticed, ms: long enough for it to do something it must not do. Pacemaker on
 * the lab fences and starts guests 7 to 8 s behind a loss; Ceph there calls data degraded, or frozen, 5 to 6 s behind the loss of a disk.
 * What takes a platform longer is watched for longer (`heldMs`); what guests bear of a frozen storage is measured until it serves again.
 */
const holdMs = 10_000;

export interface AtTheLimit {
  injected: Injected;
  scope: SnapshotScope;
  /** What the platform has to notice, and how a reading shows that it has; null where the reading does not tell. */
  notices: string;
  isNoticed: (snapshot: Snapshot) => boolean | null;
  /** What the platform does at its limit, in words, of one reading. */
  state: (snapshot: Snapshot) => string;
  onSnapshot?: (snapshot: Snapshot) => void;
  /** How long it is left at its limit, ms: where something that it must not do would take its time. */
  heldMs?: number;
  /** How long it may take to notice, ms. */
  timeoutMs?: number;
}

/**
 * The platform notices by itself that it has lost more than it can do without, and is left so for a while. What it does there is
 * stated (marks on the timeline, readings as evidence) and not judged: whether data and guests bear it is judged elsewhere.
 */
export async function watchAtTheLimit(scenario: Scenario, { injected, scope, notices, isNoticed, state, onSnapshot, heldMs = holdMs, timeoutMs = deadlineMs(noticeTimeoutMs) }: AtTheLimit): Promise<void> {
  const anchorNs = Number(process.hrtime.bigint()) - scenario.now();
  const readings: string[] = [];
  let heldSince: number | null = null;
  let told = '';
  const watched = await watchTransitions({
    hypervisor: scenario.hypervisor,
    scope,
    sinceNs: injected.at + anchorNs,
    timeoutMs,
    signal: scenario.signal,
    isWanted: () => heldSince === null || performance.now() - heldSince < heldMs,
    conditions: { noticed: isNoticed },
    onSnapshot: (snapshot) => {
      onSnapshot?.(snapshot);
      scenario.redundancy(snapshot);
      const words = state(snapshot);
      if (words !== told) scenario.mark(words);
      if (words !== told) readings.push(`${((scenario.sinceAnchor(snapshot.toNs) - injected.at) / 1e9).toFixed(1)} s after the fault: ${words}`);
      told = words;
    },
    onMet: (_, transition) => {
      heldSince = performance.now();
      scenario.phase('detected', { lastBefore: scenario.sinceAnchor(transition.lastBefore), firstAfter: scenario.sinceAnchor(transition.firstAfter) }, 'the cluster, polled');
    },
  });
  const { noticed } = watched.met;
  const never = neverSeen(watched, 'noticed');
  scenario.expect(notices, noticed === null ? never.ok : true, noticed === null ? [never.detail, ...readings.slice(-1)].join('; ') : `${((scenario.sinceAnchor(noticed.firstAfter) - injected.at) / 1e9).toFixed(1)} s after the fault`);
  scenario.evidence('What the platform did at its limit', 'at-the-limit.txt', 'text/plain', `${readings.join('\n')}\n`);
  if (noticed === null) await sleep(heldMs, undefined, { signal: scenario.signal });
}

import { deadlineMs } from '../safety/deadlines.ts';
import { neverSeen } from './never-seen.ts';
import type { Scenario } from './scenario.ts';
import { watchTransitions } from './watch.ts';

/** A node moves one guest after the other; the first has gone already, ms. */
const emptyTimeoutMs = 300_000;

/** Waits until the hypervisors say that no guest runs on a node any more. What HA does not protect stays where it is, and is named. */
export async function requireEmpty(scenario: Scenario, node: string, timeoutMs: number = deadlineMs(emptyTimeoutMs)): Promise<void> {
  let left: string[] = [];
  const watched = await watchTransitions({
    hypervisor: scenario.hypervisor,
    scope: 'membership',
    sinceNs: Number(process.hrtime.bigint()),
    timeoutMs,
    signal: scenario.signal,
    conditions: {
      empty: ({ guests, unread }) => {
        if (unread.length > 0) return null;
        left = guests.filter(({ haManaged, runningOn, assignedTo }) => runningOn.includes(node) || (haManaged && assignedTo === node)).map(({ name }) => name);
        return left.length === 0;
      },
    },
  });
  const never = neverSeen(watched, 'empty');
  scenario.expect(`no guest is left on ${node}`, watched.met.empty === null ? never.ok : true, watched.met.empty !== null ? 'none' : [...(left.length === 0 ? [] : [`${left.join(', ')} stayed`]), never.detail].join('; '));
}

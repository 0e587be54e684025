import type { Snapshot } from '../adapters/hypervisor.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import { forgetFailures } from '../safety/forget-failures.ts';
import { steadyStatePeriodMs, waitForSteadyState } from '../safety/steady-state.ts';
import { recordFailures } from './failures.ts';
import type { InstanceCount } from './instances.ts';
import { neverSeen } from './never-seen.ts';
import type { Scenario } from './scenario.ts';
import { watchPeriodMs, watchTransitions } from './watch.ts';

/** How long a node may take from power-on to membership, ms: servers take minutes to pass their firmware. */
const rejoinTimeoutMs = 900_000;
const redundantTimeoutMs = 900_000;
const windowMs = 2000;

/** Moments of a repair, ns since the anchor: when the fault was injected and when its undo was begun. */
export interface RepairTimes {
  faultAt: number;
  repairAt: number;
  /** Waited for behind each reading that is not whole: `keepMended` of a row whose own undo the cluster may take back late. */
  notYet?: () => Promise<void>;
  /** The node that returns, where a scenario sees several do so: their figures are apart. */
  oneOfSeveral?: string;
  /** How long the node may take to be a member again, ms. */
  rejoinMs?: number;
}

function ofNode(node: string | undefined): { toNode?: string } {
  return node === undefined ? {} : { toNode: node };
}

/** Waits until the storage is fully redundant and everything is whole; `redundant-after` counts from the repair. */
export async function followRedundancy(scenario: Scenario, { faultAt, repairAt, oneOfSeveral, notYet }: RepairTimes, onSnapshot?: (snapshot: Snapshot) => void): Promise<void> {
  const note = (snapshot: Snapshot): void => {
    scenario.redundancy(snapshot);
    onSnapshot?.(snapshot);
  };
  const state = await waitForSteadyState({ environment: scenario.environment, hypervisor: scenario.hypervisor, windowMs, timeoutMs: deadlineMs(redundantTimeoutMs), signal: scenario.signal, progress: scenario.progress, onSnapshot: note, ...(notYet === undefined ? {} : { notYet }) });
  if (!state.ok) {
    scenario.expect('everything is redundant again', state.findings.some((finding) => finding.ok === false) ? false : null, state.findings.map((finding) => `${finding.title}: ${finding.detail}`).join('; '));
    return;
  }
  const lastBefore = Math.max(faultAt, scenario.sinceAnchor(state.reached.lastBefore));
  const firstAfter = scenario.sinceAnchor(state.reached.firstAfter);
  scenario.phase('redundant', { lastBefore, firstAfter }, 'the cluster, polled');
  scenario.measured('redundant-after', { lo: Math.max(0, lastBefore - repairAt) / 1e6, hi: (firstAfter - repairAt) / 1e6 }, { source: 'undo begun to full redundancy, polled', periodMs: steadyStatePeriodMs, ...ofNode(oneOfSeveral) });
  scenario.expect('everything is redundant again', true, `${((firstAfter - repairAt) / 1e9).toFixed(1)} s after the undo was begun`);
}

/** Follows a node from power-on to membership and full redundancy; every reading counts the instances of the guests. */
export async function followReturn(scenario: Scenario, node: string, times: RepairTimes, instances: InstanceCount): Promise<void> {
  instances.nodeHasPower();
  const anchorNs = Number(process.hrtime.bigint()) - scenario.now();
  const watched = await watchTransitions({
    hypervisor: scenario.hypervisor,
    scope: 'membership',
    sinceNs: times.repairAt + anchorNs,
    timeoutMs: times.rejoinMs ?? deadlineMs(rejoinTimeoutMs),
    signal: scenario.signal,
    onSnapshot: instances.note,
    conditions: { rejoined: (snapshot) => snapshot.nodes.some((candidate) => candidate.name === node && candidate.online && !candidate.unclean) },
  });
  const { rejoined } = watched.met;
  const seen = rejoined === null ? neverSeen(watched, 'rejoined') : { ok: true, detail: `${((scenario.sinceAnchor(rejoined.firstAfter) - times.repairAt) / 1e9).toFixed(1)} s after the undo was begun` };
  scenario.expect(`${node} rejoins the cluster`, seen.ok, seen.detail);
  if (rejoined !== null) {
    const [lo, hi] = [scenario.sinceAnchor(rejoined.lastBefore) - times.repairAt, scenario.sinceAnchor(rejoined.firstAfter) - times.repairAt];
    scenario.measured('rejoin', { lo: Math.max(0, lo) / 1e6, hi: hi / 1e6 }, { source: 'undo begun to membership, polled', periodMs: watchPeriodMs, ...ofNode(times.oneOfSeveral) });
    scenario.mark(`${node} is a member again`);
  }
  // What the HA manager remembers of our own fault would keep it from being whole; before the fault it remembered nothing (gate).
  await recordFailures(scenario, scenario.signal);
  await forgetFailures(scenario.hypervisor, scenario.signal);
  await followRedundancy(scenario, times, instances.note);
}

import type { AccountEntry, Evidence } from '../adapters/hypervisor.ts';
import type { RingReading } from '../measurement/integrity.ts';
import type { PhaseName } from '../record/types.ts';
import type { Scenario } from './scenario.ts';

/** Our own clocks are put side by side to a millisecond. */
const wallResolutionMs = 1;

/**
 * What a row's recovery is about: the nodes and disks that its faults took, the guest of the scenario, and when the (last) fault was commanded,
 * ns since the anchor.
 */
export interface Recovery {
  nodes: readonly string[];
  disks: readonly string[];
  guest: string | null;
  injectedAt: number;
}

/** The first word of each phase that is about this recovery. */
function firstOfEach(entries: readonly AccountEntry[], { nodes, disks, guest }: Recovery, injectedMs: number): AccountEntry[] {
  const found = new Map<PhaseName, AccountEntry>();
  for (const entry of entries) {
    if ((![...nodes, ...disks].includes(entry.about) && entry.about !== guest) || entry.latest.getTime() < injectedMs) continue;
    const known = found.get(entry.phase);
    if (known === undefined || entry.earliest < known.earliest) found.set(entry.phase, entry);
  }
  return [...found.values()];
}

/** Leaves the cluster's own account of a recovery in the record: beside what we saw, never mixed with it. */
export function recordClusterAccount(scenario: Pick<Scenario, 'now' | 'account'>, evidence: readonly Evidence[], recovery: Recovery, wallMs: () => number = Date.now): void {
  const [nowNs, nowMs] = [scenario.now(), wallMs()];
  const toNs = (moment: Date): number => nowNs + (moment.getTime() - nowMs) * 1e6;
  const injectedMs = nowMs - (nowNs - recovery.injectedAt) / 1e6;
  for (const { phase, earliest, latest, source, line } of firstOfEach(evidence.flatMap((item) => item.account ?? []), recovery, injectedMs)) {
    scenario.account(phase, { lastBefore: toNs(earliest) - wallResolutionMs * 1e6, firstAfter: toNs(latest) + wallResolutionMs * 1e6 }, source, line);
  }
}

/** Leaves the guest's own account: when it was first read in a new boot, which it can only be when it serves. */
export function recordGuestAccount(scenario: Pick<Scenario, 'account'>, guest: string, readings: readonly RingReading[], injectedAt: number): void {
  const before = readings.findLast(({ to }) => to <= injectedAt);
  const anew = readings.find(({ from, boot }) => from >= injectedAt && before !== undefined && boot !== before.boot);
  if (before === undefined || anew === undefined) return;
  const last = readings.findLast((reading) => reading.boot === before.boot && reading.to <= anew.from) ?? before;
  scenario.account('serving', { lastBefore: Math.max(injectedAt, last.from), firstAfter: anew.to }, `${guest} itself, over HTTP`, `boot ${anew.boot} after ${before.boot}, ${anew.recovered} acknowledged write(s) found on its disk`);
}

import { deadlineMs } from '../safety/deadlines.ts';
import { forgetFailures } from '../safety/forget-failures.ts';
import { differences, wholeness } from '../safety/invariants.ts';
import { waitForSteadyState } from '../safety/steady-state.ts';
import { recordFailures } from './failures.ts';
import type { Preparation } from './row.ts';
import type { Scenario } from './scenario.ts';
import type { Session } from './session.ts';
import { judgeStorageWarnings } from './storage-warnings.ts';

/** Window in which everything must be good before and after a row, and the time to wait for it, ms. */
export const gateWindowMs = 3000;
export const gateTimeoutMs = 180_000;

/** Nodes that a row takes from the cluster with all that runs on them. One that is asked to go gives its guests time to leave first. */
export function nodesTaken({ faults }: Pick<Preparation, 'faults'>): string[] {
  return faults.flatMap(({ target, isGentle }) => (isGentle !== true && target.node !== null && target.disk === null ? [target.node] : []));
}

/** Whether a failure that the HA manager remembers names what the row itself did to its guest. */
function isOfOurs(failure: string, scenario: Scenario, permissions: readonly string[]): boolean {
  const words = failure.toLowerCase().split(/[^\w.-]+/);
  const named = scenario.guest !== null && [scenario.guest.name, scenario.guest.id].some((name) => words.includes(name.toLowerCase()));
  return named && ((permissions.includes('live-migration') && /migrat/i.test(failure)) || (permissions.includes('backup') && /backup/i.test(failure)));
}

/** Has the HA manager forget what followed from our fault. That it would not is told, and keeps nothing behind it from being looked at. */
async function forget(scenario: Scenario, { hypervisor, signal }: Session): Promise<void> {
  try {
    await forgetFailures(hypervisor, signal);
  } catch (error) {
    signal.throwIfAborted();
    scenario.expect('the HA manager forgets what followed from the fault', null, (error as Error).message, { common: true });
  }
}

/**
 * What the HA manager remembers is kept and, where no node was taken from the cluster, judged, before anybody makes it forget:
 * only what follows from our own fault is cleared, so that the rest stays for people to see.
 */
async function judgeFailures(session: Session, scenario: Scenario, { preparation, hasBegun }: Doings): Promise<void> {
  const failures = await recordFailures(scenario, session.signal);
  const isExpected = hasBegun && nodesTaken(preparation).length > 0;
  if (!isExpected) scenario.expect('the HA manager met no failure meanwhile', failures === null ? null : failures.length === 0, failures === null ? 'it could not be read' : failures.join('; ') || 'none', { common: true });
  if (isExpected || failures?.some((failure) => isOfOurs(failure, scenario, preparation.permissions)) === true) await forget(scenario, session);
}

/** What a row did. */
export interface Doings {
  preparation: Pick<Preparation, 'faults' | 'permissions'>;
  /** Whether an undo was ever opened: something was injected, or begun. */
  hasBegun: boolean;
}

/** Whatever happened: undo, wait until the cluster is whole again, and compare it with the snapshot before. */
export async function settle(session: Session, scenario: Scenario, doings: Doings): Promise<void> {
  if (session.signal.aborted) return;
  const expect = (title: string, ok: boolean | null, detail: string): void => scenario.expect(title, ok, detail, { common: true });
  if (scenario.hasOpenUndo()) await scenario.mend();
  await judgeFailures(session, scenario, doings);
  const state = await waitForSteadyState({ notYet: scenario.keepMended(), environment: session.environment, hypervisor: session.hypervisor, windowMs: gateWindowMs, timeoutMs: deadlineMs(gateTimeoutMs), signal: session.signal, progress: scenario.progress });
  if (!state.ok) {
    expect('the cluster is whole again', state.findings.some((finding) => finding.ok === false) ? false : null, state.findings.map((finding) => `${finding.title}: ${finding.detail}`).join('; '));
    return;
  }
  expect('the cluster is whole again', true, wholeness(state.snapshot, session.environment).map((finding) => finding.title).join('; '));
  const changed = differences(session.before, state.snapshot);
  expect('configuration and HA protection are as before', changed.length === 0, changed.join('; ') || 'equal to the snapshot before the run');
  await judgeStorageWarnings(session, scenario, state.snapshot);
}

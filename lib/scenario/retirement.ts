import type { Snapshot } from '../adapters/hypervisor.ts';
import type { ExpectedRetirement } from '../adapters/outcomes.ts';
import type { StorageState } from '../adapters/storage-state.ts';
import type { MeasurementName } from '../record/types.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import type { DiskPlace } from './disks.ts';
import type { Injected } from './injection.ts';
import { neverSeen } from './never-seen.ts';
import type { Scenario } from './scenario.ts';
import { watchTransitions } from './watch.ts';

/** Pause between two readings, ms: what is waited for takes a quarter of an hour, and each reading starts a program on a node. */
const defaultPeriodMs = 5000;
const readTimeoutMs = 60_000;
/** What a row that waits for it takes at the least, ms: a retirement after a quarter of an hour, and some repair. */
export const atLeastMs = 1_500_000;

const sayS = (ms: number): string => (ms / 1000).toFixed(1);

interface Wait {
  name: Extract<MeasurementName, 'retired-after' | 'repaired-after'>;
  title: string;
  /** What it is measured from and to. */
  source: string;
  /** ms after the loss. */
  untilMs: number;
  periodMs: number;
  /** After this it should have come by the settings, ms after the loss; null where they do not tell. */
  expectedMs: number | null;
  isSo: (storage: StorageState) => boolean;
}

/** Waits for one of both; false when it did not come. What was not seen in time is measured as far as it is known. */
async function waitFor(scenario: Scenario, { disk }: DiskPlace, injected: Injected, { name, title, source, untilMs, periodMs, expectedMs, isSo }: Wait): Promise<boolean> {
  const anchorNs = Number(process.hrtime.bigint()) - scenario.now();
  const goneMs = (): number => (scenario.now() - injected.at) / 1e6;
  const storageOf = (snapshot: Snapshot): StorageState | undefined => snapshot.storage.find((storage) => storage.disks.some(({ id }) => id === disk));
  let last: StorageState | undefined;
  const watched = await watchTransitions({
    hypervisor: scenario.hypervisor,
    scope: 'storage',
    sinceNs: injected.at + anchorNs,
    timeoutMs: Math.max(periodMs, deadlineMs(untilMs) - goneMs()),
    periodMs,
    signal: scenario.signal,
    onSnapshot: (snapshot) => {
      last = storageOf(snapshot);
      scenario.redundancy(snapshot);
    },
    conditions: {
      so: (snapshot) => {
        const storage = storageOf(snapshot);
        return storage === undefined ? null : isSo(storage);
      },
    },
  });
  const { so } = watched.met;
  const words = last === undefined ? 'the storage could not be read' : last.detail.join('; ') || 'it has no complaint';
  if (so === null) {
    const waitedMs = goneMs();
    scenario.measured(name, { lo: waitedMs, hi: null }, { source, periodMs });
    // Seen beyond what the settings promise it is a failure; where they promise nothing, or it is under way, nobody can tell.
    const never = neverSeen(watched, 'so', 'the storage', expectedMs === null ? undefined : injected.at + anchorNs + expectedMs * 1e6);
    const isLate = expectedMs !== null && waitedMs > expectedMs;
    scenario.expect(title, isLate ? never.ok : null, [`not within ${sayS(waitedMs)} s of its removal: ${words}`, ...(never.ok === null ? [never.detail] : [])].join('; '));
    return false;
  }
  const [lo, hi] = [so.lastBefore, so.firstAfter].map((ns) => (scenario.sinceAnchor(ns) - injected.at) / 1e6) as [number, number];
  scenario.measured(name, { lo: Math.max(0, lo), hi }, { source, periodMs });
  scenario.expect(title, true, `${sayS(Math.max(0, lo))} to ${sayS(hi)} s after its removal${expectedMs === null ? '' : `, by ${sayS(expectedMs)} s as its settings have it`}`);
  return true;
}

/** Leaves in the record when the storage gives a disk up by its settings: what a row waits for, or why it did not see it. Null where nobody tells. */
export async function tellRetirement(scenario: Pick<Scenario, 'signal' | 'evidence'> & { hypervisor: Pick<Scenario['hypervisor'], 'expectedRetirement'> }): Promise<ExpectedRetirement | null> {
  const expected = (await scenario.hypervisor.expectedRetirement?.({ signal: scenario.signal, timeoutMs: readTimeoutMs }).catch(() => null)) ?? null;
  scenario.signal.throwIfAborted();
  if (expected === null) return null;
  const { retiredMs, terms } = expected;
  scenario.evidence('When the storage is expected to give a disk up', 'expected-retirement.txt', 'text/plain', `${retiredMs === null ? 'It is not told' : `${sayS(retiredMs.lo)} to ${sayS(retiredMs.hi)} s after its loss`}\n${terms.join('\n')}\n`);
  return expected;
}

/**
 * Waits until the storage has given the disk up by itself and has made every copy anew elsewhere, as long as the settings of the cluster
 * let one expect it and the row's limits ask for it.
 */
export async function followRetirement(scenario: Scenario, place: DiskPlace, injected: Injected, periodMs = defaultPeriodMs): Promise<void> {
  const title = `the storage gives ${place.disk} up by itself`;
  const expected = await tellRetirement(scenario);
  if (expected === null) {
    scenario.expect(title, null, 'the settings that say when could not be read');
    return;
  }
  const { retiredMs, terms, waitMs } = expected;
  const limits = scenario.environment.limits['disk-removal'] ?? {};
  scenario.progress(`waiting until ${place.disk} is given up: ${terms.join('; ')}`);
  const source = 'removal to the storage retiring the disk, polled';
  const isRetired = await waitFor(scenario, place, injected, { name: 'retired-after', title, source: retiredMs === null ? source : `${source}; ${sayS(retiredMs.lo)} to ${sayS(retiredMs.hi)} s are expected by its settings`, untilMs: Math.max(waitMs.retired, limits['retired-after'] ?? 0), periodMs, expectedMs: retiredMs?.hi ?? null, isSo: ({ givenUp }) => givenUp?.includes(place.disk) ?? false });
  if (!isRetired) return;
  await waitFor(scenario, place, injected, { name: 'repaired-after', title: 'every copy is made anew in the room of the other disks', source: 'removal to every copy made anew without the disk, polled', untilMs: Math.max(waitMs.repaired, limits['repaired-after'] ?? 0), periodMs, expectedMs: null, isSo: ({ redundant, repairing }) => redundant && !repairing });
}

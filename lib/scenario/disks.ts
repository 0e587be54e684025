import { setTimeout as sleep } from 'node:timers/promises';
import type { Snapshot } from '../adapters/hypervisor.ts';
import type { StorageState } from '../adapters/storage-state.ts';
import type { Environment, GuestConfig } from '../environment/environment.ts';
import { longestWriteGap } from '../measurement/integrity.ts';
import { diskRemovalFault } from '../faults/disk.ts';
import type { Fault } from '../faults/fault.ts';
import type { Interval } from '../record/types.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import type { Injected } from './injection.ts';
import { ringPeriodMs } from './integrity-watch.ts';
import { Blocked } from './outcome.ts';
import type { ExpectedNews, Ground, Preparation } from './row.ts';
import type { Scenario } from './scenario.ts';
import { neverSeen } from './never-seen.ts';
import { watchPeriodMs, watchTransitions } from './watch.ts';

export interface DiskPlace {
  node: string;
  disk: string;
}

/** How long the storage may take to notice by itself, ms: a heartbeat grace of 20 s is a common default, and the reports of the loss follow. */
const noticeTimeoutMs = 180_000;
/** How long the storage may take until a reading shows it serving, ms: what is left of the copies agrees anew within seconds. */
const servingTimeoutMs = 60_000;
/** How long the degraded storage is watched serving, ms. */
const degradedWatchMs = 5000;

/** The disk to take out: the first one that the environment gives us a hand for, on an allowed node, and that is up. */
export function diskToRemove(environment: Environment, snapshot: Snapshot): DiskPlace {
  for (const node of environment.nodes) {
    if (!environment.allow.nodes.includes(node.name)) continue;
    for (const { id } of node.disks) {
      if (snapshot.storage.some((storage) => storage.disks.some((disk) => disk.id === id && disk.up))) return { node: node.name, disk: id };
    }
  }
  throw new Blocked('No disk can be taken out: give a node that is among allow.nodes a disk with a hand (nodes[].disks) that the storage knows and that is up.');
}

/** The loss of one disk, as a row prepares it. */
export interface DiskLoss extends Preparation {
  fault: Fault;
  place: DiskPlace;
}

/** Prepares the loss of a disk. `steps`: the row's procedure, of that disk. */
export function prepareDiskLoss({ environment, snapshot }: Pick<Ground, 'environment' | 'snapshot'>, steps: (place: DiskPlace) => string[]): DiskLoss {
  const place = diskToRemove(environment, snapshot);
  const fault = diskRemovalFault(environment, place.node, place.disk);
  return { target: fault.target, faults: [fault], fault, place, permissions: [], steps: steps(place), expectedNews: newsOfDiskLoss(place) };
}

/** What the loss of a disk makes a node log: the kernel's errors, and how the storage ends what served the disk. */
export function newsOfDiskLoss({ node, disk }: DiskPlace): ExpectedNews[] {
  return [
    { kind: 'io-error', node, why: `${disk} of ${node} was taken out` },
    { kind: 'crash', node, about: disk, why: `the storage ends what served ${disk} when its I/O fails` },
    { kind: 'assertion', node, about: disk, why: `the storage ends what served ${disk} when its I/O fails` },
  ];
}

/** Takes the disk out; returns when the storage was seen to be degraded and to serve. */
export async function loseDisk(scenario: Scenario, { fault, place }: DiskLoss): Promise<Injected> {
  const injected = await scenario.step(`Take ${place.disk} out of ${place.node}`, async () => scenario.inject(fault));
  await scenario.step('The storage notices by itself and serves with fewer copies', async () => followDegradation(scenario, place, injected));
  return injected;
}

function storageOf(snapshot: Snapshot, place: DiskPlace): StorageState | undefined {
  return snapshot.storage.find((storage) => storage.disks.some((disk) => disk.id === place.disk));
}

/** What a reading says of the storage that the disk belongs to; null where it lacks a part of the storage, or all of it. */
function ofStorage(place: DiskPlace, isSo: (storage: StorageState) => boolean): (snapshot: Snapshot) => boolean | null {
  return (snapshot) => {
    const storage = storageOf(snapshot, place);
    if (storage !== undefined) return isSo(storage);
    return snapshot.storage.length === 0 || snapshot.unread.length > 0 ? null : false;
  };
}

/** How long the storage is waited for and watched, ms. */
export interface DegradationTimes {
  noticeMs: number;
  degradedMs: number;
  servingMs: number;
}

const usualTimes = (): DegradationTimes => ({ noticeMs: deadlineMs(noticeTimeoutMs), degradedMs: degradedWatchMs, servingMs: deadlineMs(servingTimeoutMs) });

/** The storage notices by itself, is degraded, and serves again (or still); how long that took is measured. */
export async function followDegradation(scenario: Scenario, place: DiskPlace, injected: Injected, times: DegradationTimes = usualTimes()): Promise<void> {
  const anchorNs = Number(process.hrtime.bigint()) - scenario.now();
  const seen: Snapshot[] = [];
  const watched = await watchTransitions({
    hypervisor: scenario.hypervisor,
    scope: 'storage',
    onSnapshot: scenario.redundancy,
    sinceNs: injected.at + anchorNs,
    timeoutMs: times.noticeMs,
    signal: scenario.signal,
    conditions: {
      noticed: ofStorage(place, ({ disks }) => disks.some((disk) => disk.id === place.disk && !disk.up)),
      degraded: ofStorage(place, ({ redundant }) => !redundant),
    },
  });
  const { noticed, degraded } = watched.met;
  const seenNoticed = noticed === null ? neverSeen(watched, 'noticed', 'the storage') : { ok: true, detail: `${((scenario.sinceAnchor(noticed.firstAfter) - injected.at) / 1e9).toFixed(1)} s after the removal` };
  scenario.expect(`the storage notices by itself that ${place.disk} is gone`, seenNoticed.ok, seenNoticed.detail);
  if (noticed !== null) scenario.phase('detected', { lastBefore: scenario.sinceAnchor(noticed.lastBefore), firstAfter: scenario.sinceAnchor(noticed.firstAfter) }, 'the storage, polled');
  const seenDegraded = degraded === null ? neverSeen(watched, 'degraded', 'the storage') : { ok: true, detail: 'it did' };
  scenario.expect('the storage reports that it is degraded', seenDegraded.ok, seenDegraded.detail);
  if (degraded !== null) {
    const [lo, hi] = [scenario.sinceAnchor(degraded.lastBefore) - injected.at, scenario.sinceAnchor(degraded.firstAfter) - injected.at];
    scenario.measured('degraded-after', { lo: Math.max(0, lo) / 1e6, hi: hi / 1e6 }, { source: 'removal to the storage reporting fewer copies, polled', periodMs: watchPeriodMs });
  }
  await sleep(times.degradedMs, undefined, { signal: scenario.signal });
  // The copies that are left agree anew for a moment when a disk is lost; the guests' own writes measure that pause.
  const lookedFrom = scenario.now();
  const after = await watchTransitions({
    hypervisor: scenario.hypervisor,
    scope: 'storage',
    sinceNs: injected.at + anchorNs,
    timeoutMs: times.servingMs,
    signal: scenario.signal,
    onSnapshot: (snapshot) => {
      seen.push(snapshot);
      scenario.redundancy(snapshot);
    },
    conditions: { serving: ofStorage(place, (storage) => storage.serving) },
  });
  const { serving } = after.met;
  const last = seen.at(-1) ?? null;
  const words = last === null ? 'the storage could not be read' : (storageOf(last, place)?.detail.join('; ') ?? 'the storage could not be read');
  const servingAfter = serving === null ? '' : `seen ${((scenario.sinceAnchor(serving.firstAfter) - injected.at) / 1e9).toFixed(1)} s after the removal, where it was looked for from ${((lookedFrom - injected.at) / 1e9).toFixed(1)} s on; `;
  const never = neverSeen(after, 'serving', 'the storage');
  scenario.expect('the degraded storage serves again', serving === null ? never.ok : true, serving === null ? `${never.detail}; ${words}` : `${servingAfter}${words}`);
  scenario.evidence('The degraded storage', 'storage-degraded.json', 'application/json', JSON.stringify(last?.storage ?? null, null, 2));
}

function saySeconds({ lo, hi }: Interval): string {
  const [low, high] = [lo, hi].map((ms) => (ms === null ? null : (ms / 1000).toFixed(1)));
  return high === null ? `at least ${low} s, with no end seen` : `${low}-${high} s`;
}

/** What measuring needs of a scenario. */
type Measured = Pick<Scenario, 'probes' | 'window' | 'integrity' | 'signal' | 'expect' | 'measured'>;

/** How long a guest's write sequence may take to be read once more after the window, ms. */
const lastReadingTimeoutMs = 15_000;

/**
 * What the other guests' users felt between two moments, for a row that measures its own guest by itself, and the writes of all of them.
 * The services of the others are measured in every row that does not do so itself.
 *
 * A limit of the row holds for the others as for its own guest: one that was on the lost node has the same way to go, and one that was
 * not must not be without service for longer than those that lost their node. A figure of another guest carries that guest's name
 * and is never put together with one of the row's own guest.
 */
export async function measureOthers(scenario: Measured, guest: GuestConfig, start: number, end: number): Promise<void> {
  for (const { spec } of scenario.probes.values()) if (spec.kind === 'icmp' && spec.guest !== guest.name) scenario.window(spec.name, start, end);
  await measureWrites(scenario, start, end);
}

/** What every guest felt between two moments: lost packets, service, and the longest gap between acknowledged writes. */
export async function measureGuests(scenario: Measured, start: number, end: number, more: WriteGaps = {}): Promise<void> {
  for (const probe of scenario.probes.values()) {
    scenario.window(probe.spec.name, start, end, probe.spec.kind === 'icmp' ? {} : { measures: 'service-gap' });
  }
  await measureWrites(scenario, start, end, more);
}

export interface WriteGaps {
  /** The row freezes writes by what it does: how long is said by itself, and has to be known. */
  frozen?: boolean;
}

/** The longest time without an acknowledged write between two moments, of every guest whose write sequence can be read. */
export async function measureWrites(scenario: Omit<Measured, 'probes' | 'window'>, start: number, end: number, { frozen = false }: WriteGaps = {}): Promise<void> {
  await Promise.all(
    [...scenario.integrity.values()].map(async (watch) => {
      await watch.until((readings) => readings.some(({ from }) => from >= end), deadlineMs(lastReadingTimeoutMs), scenario.signal);
      const gap = longestWriteGap(watch.readings(), { start, end });
      if (gap === null) scenario.expect(`${watch.guest} went on writing`, null, 'its write sequence could not be read until the end');
      else {
        const words = `writes frozen ${saySeconds(gap)}`;
        scenario.measured('write-gap', gap, { source: `${frozen ? `${words}: ` : ''}write sequence of ${watch.guest}, read over HTTP`, guest: watch.guest, periodMs: ringPeriodMs });
        if (frozen) scenario.expect(`how long the writes of ${watch.guest} were frozen is known`, gap.hi === null ? null : true, words);
      }
    }),
  );
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Snapshot, StorageState } from '../adapters/hypervisor.ts';
import type { Environment } from '../environment/environment.ts';
import { longestWriteGap } from '../measurement/integrity.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import type { Injected } from './injection.ts';
import { Blocked } from './outcome.ts';
import type { Scenario } from './scenario.ts';
import { watchTransitions } from './watch.ts';

export interface DiskPlace {
  node: string;
  disk: string;
}

/** How long the storage may take to notice by itself, ms: Ceph's default heartbeat grace is 20 s, and down reports follow. */
const noticeTimeoutMs = 180_000;
/** How long the storage may take until a reading shows it serving, ms: peering takes seconds. */
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

function storageOf(snapshot: Snapshot, place: DiskPlace): StorageState | undefined {
  return snapshot.storage.find((storage) => storage.disks.some((disk) => disk.id === place.disk));
}

/** The storage notices by itself, is degraded and goes on serving. */
export async function followDegradation(scenario: Scenario, place: DiskPlace, injected: Injected): Promise<void> {
  const anchorNs = Number(process.hrtime.bigint()) - scenario.now();
  const seen: Snapshot[] = [];
  const { noticed, degraded } = await watchTransitions({
    hypervisor: scenario.hypervisor,
    scope: 'storage',
    onSnapshot: scenario.redundancy,
    sinceNs: injected.at + anchorNs,
    timeoutMs: deadlineMs(noticeTimeoutMs),
    signal: scenario.signal,
    conditions: {
      noticed: (snapshot) => storageOf(snapshot, place)?.disks.some((disk) => disk.id === place.disk && !disk.up) ?? false,
      degraded: (snapshot) => storageOf(snapshot, place)?.redundant === false,
    },
  });
  scenario.expect(`the storage notices by itself that ${place.disk} is gone`, noticed !== null, noticed === null ? 'it did not' : `${((scenario.sinceAnchor(noticed.firstAfter) - injected.at) / 1e9).toFixed(1)} s after the removal`);
  if (noticed !== null) scenario.phase('detected', { lastBefore: scenario.sinceAnchor(noticed.lastBefore), firstAfter: scenario.sinceAnchor(noticed.firstAfter) }, 'the storage, polled');
  scenario.expect('the storage reports that it is degraded', degraded !== null, degraded === null ? 'it did not' : 'it did');
  if (degraded !== null) {
    const [lo, hi] = [scenario.sinceAnchor(degraded.lastBefore) - injected.at, scenario.sinceAnchor(degraded.firstAfter) - injected.at];
    scenario.measured('degraded-after', { lo: Math.max(0, lo) / 1e6, hi: hi / 1e6 }, { source: 'removal to the storage reporting fewer copies, polled' });
  }
  await sleep(degradedWatchMs, undefined, { signal: scenario.signal });
  // Placement groups peer anew for a moment when a disk is lost; the guests' own writes measure that pause.
  const { serving } = await watchTransitions({
    hypervisor: scenario.hypervisor,
    scope: 'storage',
    sinceNs: injected.at + anchorNs,
    timeoutMs: deadlineMs(servingTimeoutMs),
    signal: scenario.signal,
    onSnapshot: (snapshot) => {
      seen.push(snapshot);
      scenario.redundancy(snapshot);
    },
    conditions: { serving: (snapshot) => storageOf(snapshot, place)?.serving ?? false },
  });
  const last = seen.at(-1) ?? null;
  const words = last === null ? 'the storage could not be read' : (storageOf(last, place)?.detail.join('; ') ?? 'the storage could not be read');
  scenario.expect('the degraded storage goes on serving', serving === null ? (last === null ? null : false) : true, words);
  scenario.evidence('The degraded storage', 'storage-degraded.json', 'application/json', JSON.stringify(last?.storage ?? null, null, 2));
}

/** What every guest felt between two moments: lost packets, service, and the longest gap between acknowledged writes. */
export function measureGuests(scenario: Scenario, start: number, end: number): void {
  for (const probe of scenario.probes.values()) {
    scenario.window(probe.spec.name, start, end, probe.spec.kind === 'icmp' ? {} : { measures: 'service-gap' });
  }
  for (const watch of scenario.integrity.values()) {
    const gap = longestWriteGap(watch.readings().filter((reading) => reading.to >= start && reading.from <= end));
    if (gap === null) scenario.expect(`${watch.guest} went on writing`, null, 'its write sequence could not be read');
    else scenario.measured('write-gap', gap, { source: `write sequence of ${watch.guest}, read over HTTP` });
  }
}

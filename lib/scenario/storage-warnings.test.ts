import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../adapters/hypervisor.ts';
import type { StorageWarning } from '../adapters/storage-state.ts';
import type { Target } from '../record/types.ts';
import { inventedSnapshot } from '../safety/invented-cluster.ts';
import { createScenario } from './scenario.ts';
import { judgeStorageWarnings } from './storage-warnings.ts';
import { expectations, readUpTo, selectedRow, testBench } from './testing.ts';
import type { TestBench } from './testing.ts';

const low: StorageWarning = { name: 'MON_LOW', says: 'mon is low on space' };
const crash: StorageWarning = { name: 'RECENT_CRASH', says: '1 daemons have recently crashed', follows: 'loss-of-disk' };
const slow: StorageWarning = { name: 'SLOW_OF_LATE', says: 'was slow', follows: 'any-loss' };
const disk: Target = { node: 'n2', role: null, disk: 'disk.1' };
const node: Target = { node: 'n2', role: null, disk: null };

const warning = (...warnings: StorageWarning[]): Snapshot => inventedSnapshot({ storage: inventedSnapshot().storage.map((storage) => ({ ...storage, warnings })) });

interface Course {
  before?: Snapshot;
  now: Snapshot;
  /** What is read while it is watched. */
  later?: () => Snapshot;
  lost?: Target;
  times?: number;
}

async function judged({ before = warning(), now, later = () => now, lost, times = 1 }: Course): Promise<TestBench> {
  const bench = testBench({ snapshot: later });
  const session = { ...bench.session, before };
  const scenario = createScenario({ session, selected: selectedRow('disk-removal', async () => undefined), signal: session.signal, probes: new Map(), integrity: new Map() });
  if (lost !== undefined) session.writer.event({ kind: 'fault-injecting', scenario: 'an-earlier-row', fault: 'loss', target: lost, journal: null });
  for (let time = 1; time <= times; time += 1) await judgeStorageWarnings(session, scenario, now, { staysMs: 60, pauseMs: 20 });
  return bench;
}

const quiet = { 'no storage warns of anything new that stays': true };
const notes = ({ events }: TestBench): string[] => events().flatMap((event) => (event.kind === 'note' ? [event.message] : []));

test('a warning that was there before the run is no finding', async () => {
  const { events } = await judged({ before: warning(low), now: warning({ ...low, says: 'two mons are low on space' }) });
  expect(expectations(events())).toEqual(quiet);
});

test('a new warning that stays is a finding with its name', async () => {
  const { events } = await judged({ now: warning(low) });
  expect(events().flatMap((event) => (event.kind === 'expectation' ? [[event.title, event.ok, event.detail, event.common]] : []))).toEqual([['storage pool has not come to warn of MON_LOW', false, expect.stringContaining('mon is low on space') as string, true]]);
});

test('one that comes with time is noted, and not held against the row in which its time came', async () => {
  const bench = await judged({ now: warning({ name: 'PG_NOT_DEEP_SCRUBBED', says: '3 pgs not deep-scrubbed in time', follows: 'time' }) });
  expect(expectations(bench.events())).toEqual(quiet);
  expect(notes(bench)).toEqual([expect.stringMatching(/has come to warn of PG_NOT_DEEP_SCRUBBED .*with time/)]);
});

test('one that goes again is told as such, and is none', async () => {
  const { events } = await judged({ now: warning(low), later: () => warning() });
  expect(expectations(events())).toEqual(quiet);
  expect(events().some((event) => event.kind === 'expectation' && event.detail.includes('came and went: MON_LOW'))).toBe(true);
});

test.each([
  ['cannot be read again', readUpTo(0, () => warning())],
  ['is named as unread', () => inventedSnapshot({ storage: [], unread: [{ what: 'storage', why: 'no answer' }] })],
])('whether one stays of a storage that %s, nobody can tell', async (_what, later) => {
  expect(expectations((await judged({ now: warning(low), later })).events())).toEqual({ 'storage pool has not come to warn of MON_LOW': null });
});

test('each is told once in a run: the next row is not blamed for it', async () => {
  const { events } = await judged({ now: warning(low), times: 2 });
  expect(events().flatMap((event) => (event.kind === 'expectation' ? [event.ok] : []))).toEqual([false, true]);
});

describe('what a loss leaves behind', () => {
  test('is noted once, and held against no row, of this one or a later', async () => {
    const bench = await judged({ now: warning(crash), lost: disk, times: 2 });
    expect(notes(bench)).toEqual([expect.stringMatching(/^storage pool has come to warn of RECENT_CRASH \(1 daemons have recently crashed\)/)]);
    expect(expectations(bench.events())).toEqual(quiet);
  });

  test.each([
    ['a crash, where no disk was lost', crash, undefined],
    ['a crash, where a node was lost and no disk', crash, node],
    ['slowness, where nothing was lost', slow, undefined],
    ['what follows from no loss', low, disk],
  ])('is a finding where it is not from that: %s', async (_what, warned, lost) => {
    const bench = await judged({ now: warning(warned), ...(lost === undefined ? {} : { lost }) });
    expect([notes(bench), expectations(bench.events())]).toEqual([[], { [`storage pool has not come to warn of ${warned.name}`]: false }]);
  });

  test('of any loss is left behind by that of a node as well', async () => {
    expect(expectations((await judged({ now: warning(slow), lost: node })).events())).toEqual(quiet);
  });
});

test('a platform whose storage has no such warnings is not asked', async () => {
  expect(expectations((await judged({ before: inventedSnapshot(), now: inventedSnapshot() })).events())).toEqual({});
});

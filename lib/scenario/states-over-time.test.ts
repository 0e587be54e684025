import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openStateRecorder } from '../adapters/state-recorder.ts';
import type { StatesOverTime } from '../adapters/states-over-time.ts';
import { conduct } from './conduct.ts';
import { keepStatesFresh, recordStates } from './states-over-time.ts';
import { selectedRow, testBench } from './testing.ts';

const nowNs = (): number => Number(process.hrtime.bigint());
const untouched = new AbortController().signal;

interface Line {
  t: number;
  wall: string;
  of: string;
  lastBefore?: { t: number; wall: string } | null;
  changed?: string[];
  unreadable?: string;
  state?: unknown;
  unchanged?: boolean;
}

/** The lines of each history that a scenario left in its record, by title. */
function written(bench: ReturnType<typeof testBench>): Record<string, Line[]> {
  return Object.fromEntries(bench.events().flatMap((event): [string, Line[]][] => (event.kind === 'evidence' && event.file.endsWith('.jsonl') ? [[`${event.title}: ${event.file}`, readFileSync(join(bench.session.writer.folder, event.file), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Line)]] : [])));
}

test('what the platform said of itself while a row ran is in its record, by the clock of the record', async () => {
  const bench = testBench();
  const recorder = openStateRecorder({ title: 'HA manager over time', file: 'ha-manager.jsonl' }, (_path, text) => text);
  const reading = (state: unknown): void => {
    const fromNs = nowNs();
    recorder.read('/ha', { fromNs, toNs: nowNs() }, state);
  };
  reading({ node: 'long before' });
  reading({ node: 'n1' });
  const states: StatesOverTime = { since: (ns) => [recorder.since(ns), { title: 'Nothing over time', file: 'nothing.jsonl', lines: [], leftOut: 0 }], refresh: async () => void (refreshed += 1) };
  let refreshed = 0;
  const before = bench.session.writer.now();
  await conduct({ ...bench.session, hypervisor: { ...bench.session.hypervisor, states } }, selectedRow('live-migration', async () => {
    reading({ node: 'n1' });
    reading({ node: 'n2' });
    recorder.failed('/ha', { fromNs: nowNs(), toNs: nowNs() }, 'no route');
    reading({ node: 'n2' });
    reading({ node: 'n2' });
  }), untouched);
  const histories = written(bench);
  expect(refreshed).toBeGreaterThan(0);
  expect(Object.keys(histories)).toEqual(['HA manager over time: evidence/live-migration.cluster.r1/ha-manager.jsonl']);
  const [lines = []] = Object.values(histories);
  expect(lines).toMatchObject([
    { of: '/ha', changed: ['node: long before -> n1'], state: { node: 'n1' } },
    { of: '/ha', changed: ['node: n1 -> n2'], state: { node: 'n2' } },
    { of: '/ha', unreadable: 'no route' },
    { of: '/ha', changed: [] },
    { of: '/ha', unchanged: true },
  ]);
  const [inForce, moved] = lines;
  expect(inForce?.t).toBeLessThan(before);
  expect(moved?.t).toBeGreaterThan(moved?.lastBefore?.t ?? Infinity);
  expect(moved?.lastBefore?.t).toBeGreaterThan(before);
  // The same moment by both clocks.
  const started = bench.events().find(({ kind }) => kind === 'scenario-started');
  expect(Math.abs(Date.parse(moved?.wall ?? '') - Date.parse(started?.wall ?? '') - ((moved?.t ?? 0) - (started?.t ?? 0)) / 1e6)).toBeLessThan(3);
});

test('a history that had to leave older lines out says so first', () => {
  const bench = testBench();
  const states: StatesOverTime = { since: () => [{ title: 'Ceph status over time', file: 'ceph-status.jsonl', leftOut: 7, lines: [{ of: '/ceph', lastBeforeNs: null, firstAfterNs: nowNs(), lastSeenNs: 0, changed: [], state: {} }] }], refresh: async () => undefined };
  recordStates({ states }, bench.session.writer, 'live-migration.web.r1', 0);
  expect(Object.values(written(bench))).toMatchObject([[{ leftOut: 7 }, { of: '/ceph', lastBefore: null }]]);
});

test('rows that only establish how the cluster is leave none', async () => {
  const bench = testBench();
  const states: StatesOverTime = { since: () => expect.unreachable(), refresh: async () => expect.unreachable() };
  await conduct({ ...bench.session, hypervisor: { ...bench.session.hypervisor, states } }, selectedRow('cluster-health', async () => undefined, { gate: false }), untouched);
  expect(written(bench)).toEqual({});
});

test('states are asked for while a row runs, one time after the other, and no more once it has ended', async () => {
  const asked: number[] = [];
  let underWay = 0;
  const states: StatesOverTime = {
    since: () => [],
    refresh: async (olderThanMs, { signal } = {}) => {
      asked.push(olderThanMs);
      underWay += 1;
      expect(underWay).toBe(1);
      await sleep(20, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
      underWay -= 1;
    },
  };
  const keeping = keepStatesFresh({ states }, { oldestMs: 10_000, lookMs: 1 });
  await expect.poll(() => asked.length).toBeGreaterThan(2);
  await keeping.stop();
  const { length } = asked;
  await sleep(50);
  expect([asked.length, new Set(asked), underWay]).toEqual([length, new Set([10_000]), 0]);
});

test('a platform that keeps no states is not asked', async () => {
  await expect(keepStatesFresh({}, { oldestMs: 1, lookMs: 1 }).stop()).resolves.toBeUndefined();
});

import { expect, test } from 'vitest';
import type { GuestState, Snapshot } from '../adapters/hypervisor.ts';
import { inventedSnapshot } from '../safety/invented-cluster.ts';
import { watchRestart } from './restart-watch.ts';
import type { Restart } from './restart-watch.ts';

/** What one reading says of web, and of the lost node n1. */
interface Reading {
  on: string[];
  haState?: GuestState['haState'];
  to?: string | null;
  /** The lost node is fenced. */
  clean?: boolean;
  unread?: string;
}

/** The n-th reading (from 1) is taken between 10 n and 10 n + 5 ns. */
function snapshots(readings: readonly Reading[]): Snapshot[] {
  return readings.map(({ on, haState = 'started', to = on[0] ?? null, clean = true, unread }, index) =>
    inventedSnapshot({
      fromNs: 10 * (index + 1),
      toNs: 10 * (index + 1) + 5,
      nodes: inventedSnapshot().nodes.map((node) => (node.name === 'n1' ? { ...node, online: false, unclean: !clean } : node)),
      guests: [{ name: 'web', kind: 'vm', haManaged: true, haState, assignedTo: to, runningOn: on }],
      unread: unread === undefined ? [] : [{ what: `guests on node ${unread}`, why: 'no answer' }],
    }));
}

function watched(readings: readonly Reading[]): { restart: Restart; dropped: boolean }[] {
  const found: { restart: Restart; signal: AbortSignal }[] = [];
  const watch = watchRestart({ guest: 'web', lost: 'n1', sinceNs: 3, onRestart: (restart, signal) => void found.push({ restart, signal }) });
  for (const snapshot of snapshots(readings)) watch.note(snapshot);
  return found.map(({ restart, signal }) => ({ restart, dropped: signal.aborted }));
}

test('a guest whose node died is placed and runs between the readings that do not and do show it', () => {
  expect(watched([{ on: [], to: 'n1', clean: false }, { on: [], haState: 'stopped' }, { on: [], haState: 'starting', to: 'n2' }, { on: ['n2'] }, { on: ['n2'] }])).toEqual([
    { restart: { place: 'n2', placed: { lastBefore: 20, firstAfter: 35 }, running: { lastBefore: 30, firstAfter: 45 } }, dropped: false },
  ]);
});

test.each<{ what: string; readings: Reading[] }>([
  { what: 'runs on where it was', readings: [{ on: ['n2'], haState: 'migrating', clean: false }, { on: ['n2'], haState: 'migrating' }, { on: ['n2'] }] },
  { what: 'has arrived before its source died', readings: [{ on: ['n1', 'n2'], haState: 'migrating', clean: false }, { on: ['n2'] }] },
  { what: 'is on a node that could not be read', readings: [{ on: [], to: 'n2', unread: 'n2' }, { on: ['n2'] }] },
  { what: 'failed to migrate and runs on', readings: [{ on: ['n2'], haState: 'failed' }, { on: ['n2'] }] },
  { what: 'is received by a node that has not been given it', readings: [{ on: [], to: 'n1', clean: false }, { on: ['n2'], to: 'n1', clean: false }] },
  { what: 'is not told of', readings: [] },
])('a guest that $what was not started anew', ({ readings }) => {
  expect(watched(readings)).toEqual([]);
});

test('a guest that is stopped in its place and started there is back, although it was never seen to be gone', () => {
  expect(watched([{ on: ['n2'] }, { on: ['n2'], haState: 'stopping' }, { on: ['n2'], haState: 'starting', to: null }, { on: ['n2'] }])).toEqual([
    { restart: { place: 'n2', placed: { lastBefore: 20, firstAfter: 35 }, running: { lastBefore: 20, firstAfter: 35 } }, dropped: false },
  ]);
});

test('of several restarts the last one counts: what was begun for the others is dropped', () => {
  const found = watched([{ on: [], haState: 'stopped' }, { on: ['n2'] }, { on: ['n2'], haState: 'stopping' }, { on: [], haState: 'stopped' }, { on: ['n3'] }]);
  expect(found.map(({ restart: { place, placed }, dropped }) => [place, placed.firstAfter, dropped])).toEqual([['n2', 25, true], ['n3', 55, false]]);
});

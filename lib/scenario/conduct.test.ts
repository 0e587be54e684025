import { afterEach, expect, test } from 'vitest';
import { placementUndo } from '../faults/placement.ts';
import { inventedEnvironment } from '../safety/invented-cluster.ts';
import { conduct } from './conduct.ts';
import { Blocked } from './outcome.ts';
import { expectations, selectedRow, testBench } from './testing.ts';
import type { TestBench } from './testing.ts';

const benches: TestBench[] = [];
const [guest] = inventedEnvironment().guests;

afterEach(() => {
  for (const bench of benches.splice(0)) bench.remove();
});

function bench(): TestBench {
  const made = testBench();
  benches.push(made);
  return made;
}

const untouched = new AbortController().signal;

test('what cluster-health found blocks the rows behind it at once, and is named', async () => {
  const { session, events } = bench();
  await conduct(session, selectedRow('cluster-health', async (scenario) => scenario.expect('node n2 is up', false, 'offline'), { gate: false }), untouched);
  const began = performance.now();
  let hasRun = false;
  const ending = await conduct(session, selectedRow('disk-removal', async () => void (hasRun = true)), untouched);
  expect(ending).toEqual({ outcome: 'blocked', reason: 'cluster-health found: node n2 is up - offline. Nothing was injected; mend that first.' });
  expect(performance.now() - began).toBeLessThan(2500);
  expect(hasRun).toBe(false);
  expect(events().filter((event) => event.kind === 'probe-started' && event.scenario === 'disk-removal.cluster.r1')).toEqual([]);
});

test('a row that is blocked after it began is settled all the same', async () => {
  const { session, calls, events } = bench();
  const ending = await conduct(session, selectedRow('live-migration', async (scenario) => {
    if (guest !== undefined) scenario.guard('live-migration', { node: 'n2', role: null, disk: null }, placementUndo(guest));
    throw new Blocked('the second move is not allowed');
  }), untouched);
  expect(ending.outcome).toBe('blocked');
  expect(calls).toContain('clearPlacement dns');
  expect(expectations(events())).toMatchObject({ 'the cluster is whole again': true, 'the HA manager met no failure meanwhile': true });
});

test('a row that is blocked before it began is not', async () => {
  const { session, events } = bench();
  const ending = await conduct(session, selectedRow('live-migration', async () => {
    throw new Blocked('there is no other node');
  }), untouched);
  expect(ending.outcome).toBe('blocked');
  expect(expectations(events())).toEqual({});
});

test('what every row expects is marked as such, and no pass rests on it', async () => {
  const { session, events } = bench();
  await conduct(session, selectedRow('live-migration', async () => undefined), untouched);
  const said = events().filter((event) => event.kind === 'expectation');
  expect(said.map(({ title }) => title)).toContain('the cluster is whole again');
  expect(said.filter(({ common }) => common !== true)).toEqual([]);
});

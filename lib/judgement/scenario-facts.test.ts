import { expect, test } from 'vitest';
import type { RunEvent } from '../record/types.ts';
import { scenarioFacts } from './scenario-facts.ts';
import { factsOf, scenarioId as scenario } from './testing.ts';

const target = { node: 'n2', role: 'worker', disk: null };

test('target and faults are those that were found out last', () => {
  const disk = { node: 'n1', role: null, disk: 'osd.0' };
  const facts = factsOf([
    { kind: 'target', scenario, target },
    { kind: 'fault-injecting', scenario, fault: 'node-power', target, journal: null },
    { kind: 'fault-injecting', scenario, fault: 'disk-removal', target: disk, journal: null },
    { kind: 'fault-injecting', scenario, fault: 'disk-removal', target: disk, journal: null },
  ]);
  expect(facts).toMatchObject({ target: disk, fault: 'node-power, disk-removal' });
});

test('a gap of the record concerns the scenarios that it overlaps, and no other', () => {
  const at = (t: number, body: object): RunEvent => ({ t, wall: new Date(t).toISOString(), ...body }) as RunEvent;
  const span = (id: string, from: number, to: number): RunEvent[] => [
    at(from, { kind: 'scenario-started', scenario: id, row: 'backup', guest: null, repeat: 1, title: id, fault: null, target }),
    at(to, { kind: 'scenario-ended', scenario: id, outcome: 'completed', reason: null, missingCapability: null }),
  ];
  const events = [...span('a', 10, 20), ...span('b', 30, 40), at(45, { kind: 'record-gap', scenario: null, from: 35, lost: 1, reason: 'full' }), ...span('c', 50, 60)];
  const counts = (all: readonly RunEvent[]): [string, number][] => scenarioFacts(all).map(({ id, gaps }) => [id, gaps.length]);
  expect(counts(events)).toEqual([['a', 0], ['b', 1], ['c', 0]]);
  const gapOf = (of: string | null): RunEvent => at(35, { kind: 'record-gap', scenario: null, from: 35, lost: 1, reason: 'a file is gone', of });
  expect(counts([...events, gapOf('c')])).toEqual([['a', 0], ['b', 1], ['c', 1]]);
  expect(counts([...events, gapOf(null)])).toEqual([['a', 0], ['b', 1], ['c', 0]]);
});

import { expect, test } from 'vitest';
import type { RunEvent } from '../record/types.ts';
import { phasesOf, scenarioFacts } from './scenario-facts.ts';
import { factsOf, scenarioId as scenario } from './testing.ts';

const target = { node: 'n2', role: 'worker', disk: null };

test('phases count from the injection of their fault, and a phase that was reached before it does not count', () => {
  const facts = factsOf([
    { kind: 'phase', scenario, phase: 'detected', source: 'polled', lastBefore: 0, firstAfter: 1e6 },
    { kind: 'fault-injecting', scenario, fault: 'node-power', target, journal: null },
    { kind: 'phase', scenario, phase: 'detected', source: 'polled', lastBefore: 4e6 + 5e9, firstAfter: 4e6 + 6e9 },
    { kind: 'phase', scenario, phase: 'detected', source: 'polled', lastBefore: 8e9, firstAfter: 9e9 },
    { kind: 'phase', scenario, phase: 'fenced', source: 'polled', lastBefore: 0, firstAfter: 4e6 + 7e9 },
  ]);
  expect(phasesOf(facts)).toEqual([
    { name: 'detected', lo: 5000, hi: 6000 },
    { name: 'fenced', lo: 0, hi: 7000 },
  ]);
});

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
  expect(scenarioFacts(events).map(({ id, gaps }) => [id, gaps.length])).toEqual([['a', 0], ['b', 1], ['c', 0]]);
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { phaseNames } from '../record/types.ts';
import type { EventBody, PhaseName, RunEvent } from '../record/types.ts';
import { againstOrder, legsOf, phaseSteps, recoveryOf } from './phases.ts';
import type { Recovery } from './phases.ts';
import { scenarioFacts } from './scenario-facts.ts';
import { factsOf, scenarioId as scenario } from './testing.ts';

const target = { node: 'n2', role: 'worker', disk: null };
/** `factsOf` puts the injection at 3 ms. */
const at = 3e6;

function told(phases: readonly [PhaseName, number, number][], accounts: readonly [PhaseName, number, number][] = []): Recovery {
  const transition = (lo: number, hi: number): { lastBefore: number; firstAfter: number } => ({ lastBefore: at + lo * 1e6, firstAfter: at + hi * 1e6 });
  return recoveryOf(factsOf([
    { kind: 'fault-injecting', scenario, fault: 'node-power', target, journal: null },
    ...phases.map(([phase, lo, hi]): EventBody => ({ kind: 'phase', scenario, phase, source: 'polled', ...transition(lo, hi) })),
    ...accounts.map(([phase, lo, hi]): EventBody => ({ kind: 'account', scenario, phase, source: 'log of n1', detail: 'a line', ...transition(lo, hi) })),
  ]));
}

test('phases count from the injection of their fault, and a phase that was reached before it does not count', () => {
  const facts = factsOf([
    { kind: 'phase', scenario, phase: 'detected', source: 'polled', lastBefore: 0, firstAfter: 1e6 },
    { kind: 'fault-injecting', scenario, fault: 'node-power', target, journal: null },
    { kind: 'phase', scenario, phase: 'detected', source: 'polled', lastBefore: 4e6 + 5e9, firstAfter: 4e6 + 6e9 },
    { kind: 'phase', scenario, phase: 'detected', source: 'polled', lastBefore: 8e9, firstAfter: 9e9 },
    { kind: 'phase', scenario, phase: 'fenced', source: 'polled', lastBefore: 0, firstAfter: 4e6 + 7e9 },
  ]);
  expect(recoveryOf(facts).phases).toEqual([
    { name: 'detected', lo: 5000, hi: 6000 },
    { name: 'fenced', lo: 5000, hi: 7000 },
  ]);
});

test('phases are put into their order, and their order narrows them', () => {
  // The cluster was polled late; the guest itself answered at 11 s, so it ran by then.
  expect(told([['answering', 10_900, 11_000], ['running', 9000, 12_000], ['fenced', 6000, 7000], ['placed', 5000, 7500]])).toEqual({
    phases: [{ name: 'fenced', lo: 6000, hi: 7000 }, { name: 'placed', lo: 6000, hi: 7500 }, { name: 'running', lo: 9000, hi: 11_000 }, { name: 'answering', lo: 10_900, hi: 11_000 }],
    accounts: [],
    disagreements: [],
  });
});

test('phases that were seen against their order stay as seen, and are named', () => {
  const { phases, disagreements } = told([['fenced', 6000, 7000], ['placed', 4000, 5000]]);
  expect(phases).toEqual([{ name: 'fenced', lo: 6000, hi: 7000 }, { name: 'placed', lo: 4000, hi: 5000 }]);
  expect(disagreements).toEqual(['placed was seen at 4000-5000 ms, before fenced at 6000-7000 ms']);
});

test('another witness agrees, or contradicts and is named; its figure changes nothing', () => {
  const { phases, accounts, disagreements } = told([['detected', 4000, 4500], ['fenced', 6000, 6500]], [['detected', 4400, 4600], ['fenced', 8000, 8001], ['running', 9000, 9001]]);
  expect(phases).toEqual([{ name: 'detected', lo: 4000, hi: 4500 }, { name: 'fenced', lo: 6000, hi: 6500 }]);
  expect(accounts.map(({ name, agrees }) => [name, agrees])).toEqual([['detected', true], ['fenced', false], ['running', true]]);
  expect(disagreements).toEqual(['fenced: log of n1 says 8000-8001 ms, seen at 6000-6500 ms']);
});

test('a log may know of a decision before the cluster publishes it, but the guest cannot have served before it was seen not to', () => {
  const { accounts } = told([['detected', 4000, 4500], ['serving', 9000, 9100]], [['detected', 3000, 3200], ['serving', 8000, 8100]]);
  expect(accounts.map(({ name, agrees }) => [name, agrees])).toEqual([['detected', true], ['serving', false]]);
});

test('the steps from phase to phase add up to the last one', () => {
  const { phases } = told([['injected', 0, 20], ['confirmed', 10, 300], ['detected', 4000, 4500], ['fenced', 3900, 4600], ['serving', 20_000, 20_100]]);
  const steps = phaseSteps(phases);
  expect(steps.every(({ from, to }) => to >= from)).toBe(true);
  expect(steps.reduce((sum, { from, to }) => sum + to - from, 0)).toBeCloseTo(20_050, 6);
});

test('phases that were seen against their order have no step, and what follows begins when the last of them was reached', () => {
  const { phases } = told([['confirmed', 200, 300], ['detected', 9000, 9500], ['fenced', 3000, 3500], ['placed', 10_000, 10_500]]);
  expect([...againstOrder(phases)]).toEqual(['detected', 'fenced']);
  expect(phaseSteps(phases)).toEqual([{ name: 'confirmed', from: 0, to: 250 }, { name: 'placed', from: 9250, to: 10_250 }]);
});

test('phases whose middles alone are against their order are not contradicted, and no step is negative', () => {
  const phases = [{ name: 'injected', lo: 0, hi: 320 }, { name: 'confirmed', lo: 0, hi: 300 }] as const;
  expect(againstOrder(phases).size).toBe(0);
  expect(phaseSteps(phases)).toEqual([{ name: 'injected', from: 0, to: 160 }, { name: 'confirmed', from: 160, to: 160 }]);
});

/** A fault of a tour, commanded at its place among the events (a millisecond each, the first at 3 ms), and what followed it. */
function legEvents(node: string, seen: readonly [PhaseName, number][]): EventBody[] {
  return [
    { kind: 'fault-injecting', scenario, fault: 'node-shutdown', target: { ...target, node }, journal: null },
    ...seen.map(([phase, atMs]): EventBody => ({ kind: 'phase', scenario, phase, source: 'polled', lastBefore: atMs * 1e6 - 1e6, firstAfter: atMs * 1e6 })),
    { kind: 'fault-reverting', scenario, fault: 'node-shutdown', target: { ...target, node }, journal: null },
  ];
}

test('faults that are injected one after the other have recoveries of their own', () => {
  // The faults are commanded at 3 ms and at 8 ms.
  const facts = factsOf([...legEvents('n1', [['placed', 103], ['serving', 203], ['serving', 303]]), ...legEvents('n2', [['serving', 508], ['redundant', 608]])]);
  expect(legsOf(facts)).toEqual([
    { target: { ...target, node: 'n1' }, phases: [{ name: 'placed', lo: 99, hi: 100 }, { name: 'serving', lo: 199, hi: 200 }], disagreements: [] },
    { target: { ...target, node: 'n2' }, phases: [{ name: 'serving', lo: 499, hi: 500 }, { name: 'redundant', lo: 599, hi: 600 }], disagreements: [] },
  ]);
});

test('one fault is one recovery, and so are faults that are injected together', () => {
  expect(legsOf(factsOf(legEvents('n1', [['serving', 500]])))).toEqual([]);
  const [first] = legEvents('n1', []);
  if (first === undefined) throw new Error('a leg begins with its fault');
  expect(legsOf(factsOf([first, ...legEvents('n2', [['serving', 500]])]))).toEqual([]);
});

test('the phases of a real power loss are all there, monotone, add up, and its other witnesses agree', () => {
  const events = readFileSync(new URL('fixtures/node-failure.events.jsonl', import.meta.url), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as RunEvent);
  const [facts] = scenarioFacts(events);
  if (facts === undefined) throw new Error('the record has a scenario');
  const { phases, accounts, disagreements } = recoveryOf(facts);
  expect(phases.map(({ name }) => name)).toEqual(phaseNames);
  for (const [index, { lo, hi }] of phases.entries()) {
    expect(lo).toBeLessThanOrEqual(hi);
    expect(lo).toBeGreaterThanOrEqual(phases[index - 1]?.lo ?? 0);
    expect(hi).toBeGreaterThanOrEqual(phases[index - 1]?.hi ?? 0);
  }
  const steps = phaseSteps(phases);
  const last = phases.at(-1);
  expect(steps.every(({ from, to }, index) => to >= from && from === (steps[index - 1]?.to ?? 0))).toBe(true);
  expect(steps.reduce((sum, { from, to }) => sum + to - from, 0)).toBeCloseTo(((last?.lo ?? 0) + (last?.hi ?? 0)) / 2, 6);
  expect(accounts.map(({ name }) => name)).toEqual(['detected', 'fenced', 'placed', 'running', 'serving']);
  expect(disagreements).toEqual([]);
});

import { describe, expect, test } from 'vitest';
import type { EventBody, Measurement } from '../record/types.ts';
import { judgeScenario } from './scenario-verdict.ts';
import { factsOf, outage, scenarioId as scenario } from './testing.ts';

const target = { node: 'n2', role: null, disk: null };
const holds: EventBody = { kind: 'expectation', scenario, title: 'web answers again', ok: true, detail: 'replies' };
const broken: EventBody = { ...holds, ok: false, detail: 'no reply' };
const unknown: EventBody = { ...holds, ok: null, detail: 'never read' };
const injecting: EventBody = { kind: 'fault-injecting', scenario, fault: 'node-power', target, journal: 'j1' };
const reverted: EventBody = { kind: 'fault-reverted', scenario, fault: 'node-power', target, verified: true };
const unverified: EventBody = { ...reverted, verified: false };
const end = (outcome: 'blocked' | 'not-applicable' | 'inconclusive' | 'error', reason: string | null): EventBody => ({ kind: 'scenario-ended', scenario, outcome, reason, missingCapability: outcome === 'not-applicable' ? 'fencing' : null });
const limits = { 'node-failure': { outage: 1000 } };
const good = outage(100, 120, 1000, 'pass');

interface Case {
  name: string;
  events: EventBody[];
  measurements?: Measurement[];
  ended?: boolean;
  trouble?: string[];
  verdict: string;
  reason: RegExp;
}

const gap = (lost: number): EventBody => ({ kind: 'record-gap', scenario: null, from: 0, lost, reason: 'full' });

const cases: Case[] = [
  { name: 'everything holds', events: [holds, injecting, reverted], verdict: 'pass', reason: /^Outage 100-120 ms, limit 1000 ms; 1 expectation held\.$/ },
  { name: 'a limit is broken', events: [holds], measurements: [outage(1240, 1260, 1000, 'fail')], verdict: 'fail', reason: /^Outage 1240-1260 ms, limit 1000 ms\.$/ },
  { name: 'an expectation does not hold', events: [broken], verdict: 'fail', reason: /^web answers again \(no reply\)\.$/ },
  { name: 'a failure counts more than what is unknown', events: [broken, unknown, injecting], verdict: 'fail', reason: /no reply/ },
  { name: 'a failure counts more than being blocked', events: [broken, end('blocked', 'not whole')], ended: false, verdict: 'fail', reason: /no reply/ },
  { name: 'evidence is missing', events: [holds, unknown], verdict: 'inconclusive', reason: /^Cannot tell whether web answers again \(never read\)\.$/ },
  { name: 'the interval straddles the limit', events: [holds], measurements: [outage(990, 1010, 1000, 'inconclusive')], verdict: 'inconclusive', reason: /Outage 990-1010 ms, limit 1000 ms: cannot tell/ },
  { name: 'the outage was never seen to end', events: [holds], measurements: [outage(500, null, 1000, 'inconclusive')], verdict: 'inconclusive', reason: /at least 500 ms, with no end seen/ },
  { name: 'it has no end', events: [holds], ended: false, verdict: 'inconclusive', reason: /no end of it/ },
  { name: 'a fault was not reverted', events: [holds, injecting], verdict: 'inconclusive', reason: /node-power on n2: it was injected and never reverted/ },
  { name: 'a fault was reverted, but not verified', events: [holds, injecting, unverified], verdict: 'inconclusive', reason: /could not be carried out and verified/ },
  { name: 'a fault was reverted at the second attempt', events: [holds, injecting, unverified, reverted], verdict: 'pass', reason: /Outage/ },
  { name: 'a fault was injected again after its undo', events: [holds, injecting, reverted, injecting], verdict: 'inconclusive', reason: /never reverted/ },
  { name: 'the tool failed', events: [holds, end('error', 'socket hang up')], ended: false, verdict: 'inconclusive', reason: /The tool failed, not the cluster: socket hang up/ },
  { name: 'it gave up', events: [holds, end('inconclusive', 'given up after 60 s')], ended: false, verdict: 'inconclusive', reason: /Given up after 60 s/ },
  { name: 'blocked before anything was injected', events: [unknown, end('blocked', 'osd.2 is down')], measurements: [], ended: false, verdict: 'blocked', reason: /^osd\.2 is down$/ },
  { name: 'blocked after something was injected', events: [injecting, end('blocked', 'interlock')], ended: false, verdict: 'inconclusive', reason: /Interlock\. Fault node-power/ },
  { name: 'the platform lacks it', events: [end('not-applicable', null)], measurements: [], ended: false, verdict: 'not-applicable', reason: /lacks fencing/ },
  { name: 'a limit that nothing was measured for', events: [holds], measurements: [], verdict: 'inconclusive', reason: /No outage was measured/ },
  { name: 'a part of the record is missing', events: [holds, gap(2)], verdict: 'inconclusive', reason: /^2 event\(s\) or file\(s\) of the record are missing \(full\)\.$/ },
  { name: 'the record is damaged', events: [holds, gap(0)], verdict: 'inconclusive', reason: /^The record is damaged \(full\)\.$/ },
  { name: 'samples that cannot be read', events: [holds], trouble: ['the samples of web.icmp cannot be read'], verdict: 'inconclusive', reason: /cannot be read/ },
];

describe('a scenario', () => {
  test.each(cases)('$name: $verdict', ({ events, measurements = [good], ended = true, trouble = [], verdict, reason }) => {
    const judged = judgeScenario(factsOf(events, { ended }), measurements, limits, trouble);
    expect(judged.reason).toMatch(reason);
    expect(judged.verdict).toBe(verdict);
  });

  test('that establishes nothing does not pass, whatever was measured beside', () => {
    const facts = factsOf([]);
    expect(judgeScenario(facts, [outage(0, 20, null, null)], {})).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('Nothing was established') });
    expect(judgeScenario(facts, [good], {}).verdict).toBe('pass');
  });

  test('of which only what every scenario expects was established does not pass', () => {
    const common: EventBody = { ...holds, title: 'the cluster is whole again', common: true };
    expect(judgeScenario(factsOf([common]), [], {})).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('of the row itself') });
    expect(judgeScenario(factsOf([common, holds]), [], {})).toEqual({ verdict: 'pass', reason: '1 expectation held.' });
    expect(judgeScenario(factsOf([{ ...common, ok: false }]), [], {}).verdict).toBe('fail');
  });

  test('that was planned and never started is told as such', () => {
    const facts = { ...factsOf([holds]), started: null };
    expect(judgeScenario(facts, [good], limits)).toEqual({ verdict: 'inconclusive', reason: 'It was planned and never started.' });
  });

  test('with many findings spells out two and counts the others', () => {
    expect(judgeScenario(factsOf([broken, broken, broken, broken]), [], {}).reason).toBe('web answers again (no reply). web answers again (no reply). And 2 more.');
  });
});

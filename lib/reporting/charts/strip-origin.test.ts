import { describe, expect, test } from 'vitest';
import { factsOf, scenarioId as scenario } from '../../judgement/testing.ts';
import type { EventBody } from '../../record/types.ts';
import { originOf } from './strip-origin.ts';

const target = { node: 'n2', role: null, disk: null };
const injecting: EventBody = { kind: 'fault-injecting', scenario, fault: 'node-power', target, journal: null };
const injected: EventBody = { kind: 'fault-injected', scenario, fault: 'node-power', target };
const reverting: EventBody = { kind: 'fault-reverting', scenario, fault: 'node-power', target, journal: null };
const mark = (title: string): EventBody => ({ kind: 'mark', scenario, title });
/** Events a second apart, the first of them at 3 s. */
const at = (...bodies: EventBody[]): Parameters<typeof originOf>[0] => ({ events: factsOf(bodies).events.map((event) => ({ ...event, t: event.t * 1000 })) });
const window = (startS: number, endS: number, [fromNode, toNode]: [string | null, string | null] = [null, null]): Parameters<typeof originOf>[1] => ({ kind: 'window', scenario, t: endS * 1e9, wall: '', probe: 'web.icmp', measures: 'outage', fromNode, toNode, start: startS * 1e9, end: endS * 1e9 });

describe('the moment 0 of a strip', () => {
  test('is the command of the fault, though its event stands on disk before the window begins', () => {
    expect(originOf(at(injecting, injected, reverting), window(3.004, 60))).toEqual({ kind: 'fault', atNs: 3e9 });
  });

  test('is the last command of those that were given together, as the phases count', () => {
    expect(originOf(at(injecting, injecting, injected), window(3, 60))).toEqual({ kind: 'fault', atNs: 4e9 });
  });

  test('is of each leg its own', () => {
    const facts = at(injecting, injected, reverting, injecting, injected);
    expect(originOf(facts, window(3, 5.5))).toEqual({ kind: 'fault', atNs: 3e9 });
    expect(originOf(facts, window(6, 60))).toEqual({ kind: 'fault', atNs: 6e9 });
  });

  test('is the mending where the fault was long before the window', () => {
    expect(originOf(at(injecting, injected, reverting), window(4.9, 60))).toEqual({ kind: 'mending', atNs: 5e9 });
  });

  test('is the move that the window measures, and no other one', () => {
    const facts = at(mark('migration n1 to n2 begins'), mark('migration n1 to n2 done'), mark('migration n2 to n1 begins'), mark('migration n2 to n1 done'));
    expect(originOf(facts, window(2, 60, ['n1', 'n2']))).toEqual({ kind: 'move', atNs: 3e9 });
    expect(originOf(facts, window(4, 60, ['n2', 'n1']))).toEqual({ kind: 'move', atNs: 5e9 });
  });

  test('is the begin of the window where the record tells of no command', () => {
    expect(originOf(at(mark('the guest is here')), window(2, 60))).toEqual({ kind: 'window', atNs: 2e9 });
  });
});

import { expect, test } from 'vitest';
import type { Snapshot } from '../adapters/hypervisor.ts';
import type { Fault } from '../faults/fault.ts';
import type { RunningProbe } from '../probes/probe.ts';
import { inventedEnvironment, inventedSnapshot } from '../safety/invented-cluster.ts';
import { followDeparture } from './departure.ts';
import type { Departed } from './departure.ts';
import { requireEmpty } from './empty-node.ts';
import { countInstances } from './instances.ts';
import { probeSpecs } from './probing.ts';
import { createScenario } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import { blindProbe, expectations, inventedProbe, readUpTo, selectedRow, testBench } from './testing.ts';
import type { TestBench } from './testing.ts';

/** web runs there; dns on n1. */
function cluster(web: string[], haState: 'started' | 'migrating' = 'started'): Snapshot {
  const guests = [['dns', ['n1'], 'started'] as const, ['web', web, haState] as const];
  return inventedSnapshot({ guests: guests.map(([name, runningOn, state]) => ({ name, kind: 'vm', haManaged: true, haState: state, assignedTo: runningOn[0] ?? null, runningOn: [...runningOn] })) });
}

const answering: Partial<RunningProbe> = { answered: async (sinceNs) => ({ sentNs: sinceNs, receivedNs: sinceNs + 1e6 }) };

interface Case {
  bench: TestBench;
  scenario: Scenario;
  depart: (timeoutMs: number) => Promise<Departed>;
}

/** n2, where web runs, is asked to go; the n-th reading after that is `after[n]`, the last one again and again. */
function departureFromN2(after: Snapshot[], probe: Partial<RunningProbe> = answering, refusal: Error | null = null): Case {
  let isAsked = false;
  let reading = 0;
  const environment = { guests: [{ name: 'web', id: 'web', kind: 'vm' as const, address: '192.0.2.80', probes: [{ kind: 'icmp' as const }, { kind: 'http' as const, url: 'http://192.0.2.80/' }] }], allow: { ...inventedEnvironment().allow, faults: ['maintenance'] } };
  const made = testBench({ environment, snapshot: () => (isAsked ? (after[Math.min(reading++, after.length - 1)] ?? cluster(['n2'])) : cluster(['n2'])) });
  const fault: Fault = {
    name: 'maintenance',
    title: 'an invented drain',
    target: { node: 'n2', role: 'worker', disk: null },
    undo: { inverse: 'drain-end', version: 1, data: { node: 'n2' }, title: 'undo', manual: [] },
    isGentle: true,
    apply: async () => {
      if (refusal !== null) throw refusal;
      isAsked = true;
    },
    confirmed: async () => true,
  };
  const running = new Map(probeSpecs(made.session.environment).map((spec) => [spec.name, inventedProbe(spec, probe)]));
  const scenario = createScenario({ session: made.session, selected: selectedRow('maintenance-drain', async () => undefined), signal: new AbortController().signal, probes: running, integrity: new Map() });
  const [guest] = made.session.environment.guests;
  if (guest === undefined) throw new Error('the environment has a guest');
  return { bench: made, scenario, depart: async (timeoutMs) => followDeparture(scenario, { guest, node: 'n2', fault, instances: countInstances(['web'], 'web', 'n2'), timeoutMs }) };
}

test('a guest that moves and serves elsewhere has departed: phases, recovery and outage from the command on', async () => {
  const { bench: { events }, depart } = departureFromN2([cluster(['n2']), cluster(['n2', 'n3'], 'migrating'), cluster(['n3'])]);
  const { to, at } = await depart(10_000);
  expect(to).toBe('n3');
  expect(Object.values(expectations(events()))).toEqual([true, true, true]);
  expect(events().flatMap((event) => (event.kind === 'phase' ? [event.phase] : []))).toEqual(['injected', 'confirmed', 'placed', 'running', 'answering', 'serving']);
  expect(events().filter((event) => event.kind === 'measured')).toMatchObject([{ name: 'recovery', fromNode: 'n2', toNode: 'n3' }]);
  const windows = events().filter((event) => event.kind === 'window');
  expect(windows.map(({ probe, fromNode, toNode }) => [probe, fromNode, toNode])).toEqual([['web.icmp', 'n2', 'n3'], ['web.http', 'n2', 'n3']]);
  const [begun] = events().filter((event) => event.kind === 'fault-injecting');
  expect(windows.every(({ start }) => start === at && start <= (begun?.t ?? 0))).toBe(true);
});

test('a guest that stays fails the row, with its windows in the record', async () => {
  const { bench: { events }, depart } = departureFromN2([cluster(['n2'])]);
  expect((await depart(1500)).to).toBeNull();
  expect(expectations(events())).toEqual({ 'n2: web goes to another node and runs there alone': false });
  expect(events().filter((event) => event.kind === 'window')).toHaveLength(2);
});

test('a guest that runs elsewhere and does not serve fails the row', async () => {
  const { bench: { events }, depart } = departureFromN2([cluster(['n3'])], {});
  await depart(1500);
  expect(expectations(events())).toMatchObject({ 'n2: web goes to another node and runs there alone': true, 'n2: web answers from its new place': false, 'n2: web serves from its new place': false });
  expect(events().filter((event) => event.kind === 'measured')).toEqual([]);
});

test('a guest that nobody could look for is not said to stay, and one that a blind prober did not hear is not called silent', async () => {
  const lost = departureFromN2([{ ...cluster([]), unread: [{ what: 'guests on node n3', why: 'no answer' }] }]);
  await lost.depart(1000);
  expect(expectations(lost.bench.events())).toEqual({ 'n2: web goes to another node and runs there alone': null });
  const unheard = departureFromN2([cluster(['n3'])], blindProbe());
  await unheard.depart(1000);
  expect(expectations(unheard.bench.events())).toEqual({ 'n2: web goes to another node and runs there alone': true, 'n2: web answers from its new place': null, 'n2: web serves from its new place': null });
});

test('a node that refuses to go is no departure: its guest is not waited for, and not blamed for staying', async () => {
  const { bench: { events }, depart } = departureFromN2([cluster(['n2'])], answering, new Error('refused'));
  await expect(depart(3_600_000)).rejects.toThrow('refused');
  expect(expectations(events())).toEqual({});
});

test.each<{ what: string; snapshot: () => Snapshot; ok: boolean | null }>([
  { what: 'nothing', snapshot: () => cluster(['n3']), ok: true },
  { what: 'a guest', snapshot: () => cluster(['n2']), ok: false },
  { what: 'nobody knows what', snapshot: () => ({ ...cluster(['n3']), unread: [{ what: 'guests on node n2', why: 'no answer' }] }), ok: null },
  { what: 'nobody knows what at the end', snapshot: readUpTo(1, () => cluster(['n2'])), ok: null },
])('a node on which $what is left is empty: $ok', async ({ snapshot, ok }) => {
  const made = testBench({ snapshot });
  const found: (boolean | null)[] = [];
  const scenario = { hypervisor: made.session.hypervisor, signal: new AbortController().signal, expect: (_: string, held: boolean | null) => found.push(held) } as unknown as Scenario;
  await requireEmpty(scenario, 'n2', 1000);
  expect(found).toEqual([ok]);
});

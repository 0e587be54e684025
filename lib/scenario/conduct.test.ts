import { expect, test } from 'vitest';
import { AdapterError } from '../adapters/adapter-error.ts';
import type { Evidence } from '../adapters/hypervisor.ts';
import { placementUndo } from '../faults/placement.ts';
import { inventedEnvironment } from '../safety/invented-cluster.ts';
import { conduct } from './conduct.ts';
import { Blocked } from './outcome.ts';
import { expectations, selectedRow, testBench } from './testing.ts';

const [guest] = inventedEnvironment().guests;

const untouched = new AbortController().signal;

test('what cluster-health found blocks the rows behind it at once, and is named', async () => {
  const { session, events } = testBench();
  await conduct(session, selectedRow('cluster-health', async (scenario) => scenario.expect('node n2 is up', false, 'offline'), { gate: false }), untouched);
  const began = performance.now();
  let hasRun = false;
  const ending = await conduct(session, selectedRow('disk-removal', async () => void (hasRun = true)), untouched);
  expect(ending).toEqual({ outcome: 'blocked', reason: 'cluster-health found: node n2 is up - offline. Nothing was injected; mend that first.' });
  expect(performance.now() - began).toBeLessThan(2500);
  expect(hasRun).toBe(false);
  expect(events().filter((event) => event.kind === 'probe-started' && event.scenario === 'disk-removal.cluster.r1')).toEqual([]);
});

test.each<[string, string | null, string]>([
  ['with the reason, where the platform has more to say', 'it is switched off', 'The platform lacks replication: it is switched off.'],
  ['by the name of what is lacking, where it has not', null, 'The platform lacks replication.'],
])('a row that is not applicable says so %s', async (_what, why, reason) => {
  const { session, events } = testBench();
  const hypervisor = { ...session.hypervisor, whyNot: () => why };
  await conduct({ ...session, hypervisor }, selectedRow('replication', async () => undefined, { needs: ['replication'] }), untouched);
  expect(events().filter((event) => event.kind === 'scenario-ended')).toMatchObject([{ outcome: 'not-applicable', reason, missingCapability: 'replication' }]);
});

test.each([[undefined, 'completed'], [1_500_000, 'blocked']])('a row that takes at least %s ms as it was prepared is %s in a window that closes before', async (atLeastMs, outcome) => {
  const hour = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toTimeString().slice(0, 5);
  const { session } = testBench({ environment: { disposable: true, allow: { ...inventedEnvironment().allow, windows: [`${hour(-10)}-${hour(12)}`] } } });
  const preparation = { target: { node: 'n1', role: null, disk: null }, faults: [], permissions: ['live-migration'], steps: [], ...(atLeastMs === undefined ? {} : { atLeastMs }) };
  expect((await conduct(session, { ...selectedRow('live-migration', async () => undefined, { prepare: () => ({ preparation, run: async (scenario) => scenario.expect('it ran', true, '') }) }), guest: guest ?? null }, untouched)).outcome).toBe(outcome);
});

test('a row that is blocked after it began is settled all the same', async () => {
  const { session, calls, events } = testBench();
  const ending = await conduct(session, selectedRow('live-migration', async (scenario) => {
    if (guest !== undefined) await scenario.guard('live-migration', { node: 'n2', role: null, disk: null }, placementUndo(guest));
    throw new Blocked('the second move is not allowed');
  }), untouched);
  expect(ending.outcome).toBe('blocked');
  expect(calls).toContain('clearPlacement dns');
  expect(expectations(events())).toMatchObject({ 'the cluster is whole again': true, 'the HA manager met no failure meanwhile': true });
});

test('a row that is blocked before it began is not', async () => {
  const { session, events } = testBench();
  const ending = await conduct(session, selectedRow('live-migration', async () => {
    throw new Blocked('there is no other node');
  }), untouched);
  expect(ending.outcome).toBe('blocked');
  expect(expectations(events())).toEqual({});
});

test('what every row expects is marked as such, and no pass rests on it', async () => {
  const { session, events } = testBench();
  await conduct(session, selectedRow('live-migration', async () => undefined), untouched);
  const said = events().filter((event) => event.kind === 'expectation');
  expect(said.map(({ title }) => title)).toContain('the cluster is whole again');
  expect(said.filter(({ common }) => common !== true)).toEqual([]);
});

test('bad news in the logs fails any row that wants the cluster whole, unless the row brings it about', async () => {
  const news = [{ kind: 'out-of-memory', node: 'n1', about: null, log: 'the kernel', line: 'Out of memory: Killed process 4711' }] as const;
  const evidence = (): Evidence[] => [{ title: 'Log of the kernel on n1', mediaType: 'text/plain', text: '', news: [...news] }];
  const row = selectedRow('live-migration', async () => undefined);
  const { session, events } = testBench({ evidence });
  await conduct(session, row, untouched);
  expect(expectations(events())["the nodes' logs have no bad news"]).toBe(false);
  const allowed = testBench({ evidence });
  await conduct(allowed.session, { ...row, row: { ...row.row, expectedNews: [{ kind: 'out-of-memory', why: 'a test' }] } }, untouched);
  expect(expectations(allowed.events())["the nodes' logs have no bad news"]).toBe(true);
});

test('logs that could not be got leave a note, and nobody can tell', async () => {
  const { session, events } = testBench({ evidence: () => {
    throw new Error('no node answered');
  } });
  await conduct(session, selectedRow('live-migration', async () => undefined), untouched);
  expect(expectations(events())["the nodes' logs have no bad news"]).toBeNull();
  expect(events().some((event) => event.kind === 'note' && event.message.includes('no node answered'))).toBe(true);
});

test.each([
  ['cluster', 'error', false],
  ['unknown', 'inconclusive', undefined],
] as const)('an operation that fails with the blame %s ends the row', async (blame, outcome, met) => {
  const { session, events } = testBench();
  const ending = await conduct(session, selectedRow('live-migration', async () => {
    throw new AdapterError({ message: 'No node could be read.', blame, impact: '', remedy: '', phase: 'snapshot', target: 'lab' });
  }), untouched);
  expect(ending.outcome).toBe(outcome);
  expect(expectations(events())['the cluster does what it is asked to']).toBe(met);
});

test('a row that would outlast the maintenance window, by earlier runs or by its suite, is refused before it begins', async () => {
  const clock = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toTimeString().slice(0, 5);
  const { session } = testBench({ environment: { allow: { ...inventedEnvironment().allow, windows: [`${clock(-1)}-${clock(1)}`] } } });
  const target = { node: null, role: null, disk: null };
  let begun = 0;
  const row = (expectedMs: number) => selectedRow('live-migration', async () => undefined, { expectedMs, prepare: () => ({ preparation: { target, faults: [], permissions: ['live-migration'], steps: [] }, run: async () => void (begun += 1) }) });
  const tooLong = { outcome: 'blocked', reason: expect.stringMatching(/interlock "maintenance windows": it is expected to take 180 min, .* open for \d+ min more/) as string };
  expect(await conduct(session, row(3 * 3_600_000), untouched)).toEqual(tooLong);
  expect(await conduct({ ...session, expectedMs: { [row(1).id]: 3 * 3_600_000 } }, row(1), untouched)).toEqual(tooLong);
  expect(begun).toBe(0);
  await conduct(session, row(60_000), untouched);
  expect(begun).toBe(1);
});

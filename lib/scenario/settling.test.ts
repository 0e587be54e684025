import { expect, test } from 'vitest';
import type { Fault } from '../faults/fault.ts';
import { AdapterError } from '../adapters/adapter-error.ts';
import type { Snapshot } from '../adapters/hypervisor.ts';
import { inventedEnvironment, inventedSnapshot } from '../safety/invented-cluster.ts';
import { createScenario } from './scenario.ts';
import { settle } from './settling.ts';
import type { Doings } from './settling.ts';
import { expectations, selectedRow, testBench } from './testing.ts';
import type { TestBench } from './testing.ts';

const nodeFault = { name: 'node-power', target: { node: 'n2', role: null, disk: null } } as Fault;
const diskFault = { name: 'disk-removal', target: { node: 'n2', role: null, disk: 'disk.1' } } as Fault;
const web = inventedEnvironment().guests.find(({ name }) => name === 'web') ?? null;

let failures: string[] = [];

/** Settles after a row that did `doings`; clearing makes the HA manager forget. */
async function settled(remembered: string[], doings: Doings, clear: (bench: TestBench) => Promise<void> = async ({ calls }) => void calls.push('clearFailures')): Promise<TestBench> {
  failures = remembered;
  const bench = testBench({ snapshot: (): Snapshot => inventedSnapshot({ failures: bench.calls.includes('clearFailures') ? [] : failures }) });
  bench.session = { ...bench.session, hypervisor: { ...bench.session.hypervisor, clearFailures: async () => clear(bench) } };
  const scenario = createScenario({ session: bench.session, selected: { ...selectedRow('live-migration', async () => undefined), guest: web }, signal: bench.session.signal, probes: new Map(), integrity: new Map() });
  // What is not cleared is not waited for here: the wait itself is the steady state's concern.
  setTimeout(() => (failures = []), 1500);
  await settle(bench.session, scenario, doings);
  return bench;
}

test('a failure beside a disk fault fails the row and is left for people to see', async () => {
  const { calls, events } = await settled(['stop of dns on n1 failed'], { preparation: { faults: [diskFault], permissions: [] }, hasBegun: true });
  expect(calls).toEqual([]);
  expect(expectations(events())['the HA manager met no failure meanwhile']).toBe(false);
  expect(events().filter((event) => event.kind === 'evidence').map(({ title }) => title)).toEqual(['Failures that the HA manager remembers']);
});

test('what a lost node leaves is kept in the record, cleared and not held against the row', async () => {
  const { calls, events } = await settled(['monitor of web on n2 failed'], { preparation: { faults: [nodeFault], permissions: [] }, hasBegun: true });
  expect(calls).toEqual(['clearFailures']);
  expect(expectations(events())).toEqual({ 'the cluster is whole again': true, 'configuration and HA protection are as before': true });
  expect(events().filter((event) => event.kind === 'evidence')).toHaveLength(1);
});

test.each([
  ['at first is asked again', 'unknown', 1, {}],
  ['as a matter of ours is told, and the cluster is looked at all the same', 'tool', Infinity, { 'the HA manager forgets what followed from the fault': null }],
] as const)('a manager that does not forget %s', async (_what, blame, times, told) => {
  let refused = 0;
  const { events } = await settled(['monitor of web on n2 failed'], { preparation: { faults: [nodeFault], permissions: [] }, hasBegun: true }, async ({ calls }) => {
    if (refused >= times) return void calls.push('clearFailures');
    refused += 1;
    throw new AdapterError({ message: '503 Service Unavailable', blame, impact: '', remedy: '', phase: 'failures', target: 'ha' });
  });
  expect(expectations(events())).toEqual({ ...told, 'the cluster is whole again': true, 'configuration and HA protection are as before': true });
});

test('a node fault that never came excuses nothing', async () => {
  const { calls, events } = await settled(['monitor of web on n2 failed'], { preparation: { faults: [nodeFault], permissions: [] }, hasBegun: false });
  expect(calls).toEqual([]);
  expect(expectations(events())['the HA manager met no failure meanwhile']).toBe(false);
});

test('a failed migration of our own fails the row and is cleared behind it', async () => {
  const { calls, events } = await settled(['migrate_to of web on n2 failed'], { preparation: { faults: [], permissions: ['live-migration'] }, hasBegun: true });
  expect(calls).toEqual(['clearFailures']);
  expect(expectations(events())['the HA manager met no failure meanwhile']).toBe(false);
});

test('what a storage warns of is compared behind a row as well', async () => {
  const warned = (): Snapshot => inventedSnapshot({ storage: inventedSnapshot().storage.map((storage) => ({ ...storage, warnings: [{ name: 'MON_LOW', says: 'mon is low on space' }] })) });
  const bench = testBench({ snapshot: warned });
  const scenario = createScenario({ session: bench.session, selected: selectedRow('live-migration', async () => undefined), signal: bench.session.signal, probes: new Map(), integrity: new Map() });
  await settle({ ...bench.session, before: warned() }, scenario, { preparation: { faults: [], permissions: [] }, hasBegun: true });
  expect(expectations(bench.events())).toMatchObject({ 'no storage warns of anything new that stays': true });
});

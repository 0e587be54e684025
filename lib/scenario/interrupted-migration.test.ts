import { expect, test } from 'vitest';
import type { GuestState, Snapshot } from '../adapters/hypervisor.ts';
import type { RunningProbe } from '../probes/probe.ts';
import type { RunEvent } from '../record/types.ts';
import { inventedEnvironment, inventedSnapshot } from '../safety/invented-cluster.ts';
import { countInstances } from './instances.ts';
import type { IntegrityWatch } from './integrity-watch.ts';
import { followSettling, hadNotArrived, otherEnd, settledPlace } from './interrupted-migration.ts';
import { probeSpecs } from './probing.ts';
import { createScenario } from './scenario.ts';
import { expectations, inventedProbe, selectedRow, testBench } from './testing.ts';

const power = { hand: 'command' as const, off: ['false'], on: ['false'], status: ['false'] };
const nodes = ['n1', 'n2', 'n3'].map((name) => ({ name, address: '192.0.2.11', disks: [], ...(name === 'n1' ? {} : { power }) }));

test('the guest goes to a node that is up, allowed, and can be switched off', () => {
  const environment = inventedEnvironment({ nodes });
  expect(otherEnd(environment, inventedSnapshot(), 'n2')).toBe('n3');
  expect(() => otherEnd({ ...environment, allow: { ...environment.allow, nodes: ['n1', 'n2'] } }, inventedSnapshot(), 'n2')).toThrow('no node to migrate to from n2');
  const down = inventedSnapshot().nodes.map((node) => ({ ...node, online: node.name !== 'n3' }));
  expect(() => otherEnd(environment, inventedSnapshot({ nodes: down }), 'n2')).toThrow('no node to migrate to');
});

test('a guest is settled where it runs alone, is meant to run, and nothing is done to it', () => {
  const state = { name: 'web', kind: 'vm' as const, haManaged: true, haState: 'started' as const, assignedTo: 'n2', runningOn: ['n2'] };
  const placeOf = (changes: object, lost = 'n1'): string | null => settledPlace(inventedSnapshot({ guests: [{ ...state, ...changes }] }), 'web', lost);
  expect(placeOf({})).toBe('n2');
  expect([placeOf({}, 'n2'), placeOf({ runningOn: ['n2', 'n3'] }), placeOf({ runningOn: [] }), placeOf({ haState: 'stopping' }), placeOf({ assignedTo: 'n3' })]).toEqual([null, null, null, null, null]);
});

test('a guest whose boot goes on had arrived before its source was gone, so nothing is claimed', () => {
  const at = (to: number, boot: string) => ({ to, boot });
  expect(hadNotArrived([at(1, 'a'), at(9, 'b')], 5)).toEqual({ ok: true, detail: 'boot a before, b after' });
  expect(hadNotArrived([at(1, 'a'), at(9, 'a')], 5).ok).toBeNull();
  expect(hadNotArrived([at(9, 'b')], 5).ok).toBeNull();
});

type Web = Pick<GuestState, 'haState' | 'runningOn'>;
const stopped: Web = { haState: 'stopped', runningOn: [] };
const stopping: Web = { haState: 'stopping', runningOn: ['n2'] };
const on = (node: string): Web => ({ haState: 'started', runningOn: [node] });

/** `lost` is fenced, and the n-th reading says this of web, the last one again and again. `boot`: what web says of itself to the end. */
async function settling(lost: string, readings: readonly Web[], boot: string | null = null, { unread = [], ...waits }: { unread?: Snapshot['unread']; calmForMs?: number; timeoutMs?: number } = {}): Promise<RunEvent[]> {
  let reading = 0;
  const next = (): Snapshot => {
    const web = readings[Math.min(reading++, readings.length - 1)] ?? stopped;
    return inventedSnapshot({ unread, nodes: inventedSnapshot().nodes.map((node) => ({ ...node, online: node.name !== lost })), guests: [{ name: 'web', kind: 'vm', haManaged: true, assignedTo: web.runningOn[0] ?? null, ...web }] });
  };
  const made = testBench({ snapshot: next, environment: { guests: [{ name: 'web', id: 'web', kind: 'vm', address: '192.0.2.80', probes: [{ kind: 'icmp' }, { kind: 'http', url: 'http://192.0.2.80/' }] }] } });
  const answered: RunningProbe['answered'] = async (sinceNs) => ({ sentNs: sinceNs, receivedNs: sinceNs + 1e6 });
  const probes = new Map(probeSpecs(made.session.environment).map((spec) => [spec.name, inventedProbe(spec, { answered })]));
  const [guest] = made.session.environment.guests;
  if (guest === undefined) throw new Error('the environment has a guest');
  let ack = 0;
  // It writes on whenever it is read, before the fault as after it.
  const ring = (at: number) => ({ from: at, to: at, boot: boot ?? '', ack: ++ack, recovered: 0, errors: 0 });
  const watch: IntegrityWatch = { guest: 'web', readings: () => [ring(0), ring(scenario.now())], until: async () => true, next: async () => null, stop: async () => undefined };
  const scenario = createScenario({ session: made.session, selected: selectedRow('failure-during-migration', async () => undefined), signal: new AbortController().signal, probes, integrity: boot === null ? new Map() : new Map([['web', watch]]) });
  const at = scenario.now();
  await followSettling(scenario, { guest, node: lost, injected: { at, confirmed: { lastBefore: at, firstAfter: at } }, instances: countInstances(['web'], 'web', lost), calmForMs: 0, ...waits });
  return made.events();
}

const phases = (events: readonly RunEvent[]): string[] => events.flatMap((event) => (event.kind === 'phase' ? [event.phase] : []));

test.each([
  { died: 'source', lost: 'n2', place: 'n3', readings: [stopped, on('n3')] },
  { died: 'target', lost: 'n3', place: 'n2', readings: [stopping, stopped, on('n2')] },
])('a guest that is started anew when its $died died has every phase and a recovery', async ({ lost, place, readings }) => {
  const events = await settling(lost, readings);
  expect(phases(events)).toEqual(['detected', 'fenced', 'placed', 'running', 'answering', 'serving']);
  expect(events.filter((event) => event.kind === 'measured')).toMatchObject([{ name: 'recovery', source: `power-off command to the first good answer from ${place}, where it was started anew`, periodMs: 100 }]);
  expect(Object.values(expectations(events))).toEqual([true, true, true, true]);
});

test('a guest that never went away has no phases of its own and no recovery', async () => {
  const events = await settling('n3', [{ haState: 'migrating', runningOn: ['n2'] }, on('n2')]);
  expect(phases(events)).toEqual(['detected', 'fenced']);
  expect(events.some((event) => event.kind === 'measured')).toBe(false);
  expect(Object.values(expectations(events))).toEqual([true, true, true, true]);
});

test('a guest whose boot goes on never went away, whatever the manager said meanwhile', async () => {
  const events = await settling('n3', [stopped, on('n2')], 'a');
  expect(phases(events)).toEqual(['detected', 'fenced']);
  expect(events.filter((event) => event.kind === 'mark').map(({ title }) => title)).toEqual(['web ran on in its boot: nothing of it had to be recovered']);
});

test.each<{ what: string; web: Web; waits: Parameters<typeof settling>[3]; ok: boolean | null }>([
  { what: 'is seen to run nowhere to the end', web: stopped, waits: { timeoutMs: 600 }, ok: false },
  { what: 'could not be asked about where it may run', web: stopped, waits: { timeoutMs: 600, unread: [{ what: 'guests on node n1', why: 'no answer' }] }, ok: null },
  { what: 'runs in its place, for less than it is watched staying there', web: on('n3'), waits: { timeoutMs: 600, calmForMs: 60_000 }, ok: null },
])('a guest that $what has settled: $ok', async ({ web, waits, ok }) => {
  expect(expectations(await settling('n2', [web], null, waits))).toMatchObject({ 'web runs on one node again, and stays there': ok, 'web serves and writes': true });
});

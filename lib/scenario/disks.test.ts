import { expect, test } from 'vitest';
import type { RingReading } from '../measurement/integrity.ts';
import { judgeBackup } from './backup.ts';
import type { Snapshot } from '../adapters/hypervisor.ts';
import { inventedEnvironment, inventedSnapshot } from '../safety/invented-cluster.ts';
import { followDegradation, measureGuests, measureOthers, prepareDiskLoss } from './disks.ts';
import type { IntegrityWatch } from './integrity-watch.ts';
import { probeSpecs } from './probing.ts';
import { createScenario } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import { expectations, inventedProbe, readUpTo, selectedRow, testBench } from './testing.ts';
import type { TestBench } from './testing.ts';

/** A scenario with one watched guest, whose later readings come when they are waited for. */
function watching(readings: RingReading[], later: RingReading[] = []): { scenario: Scenario; bench: TestBench } {
  const made = testBench();
  const watch: IntegrityWatch = {
    guest: 'web',
    readings: () => readings,
    until: async (satisfied) => {
      readings.push(...later);
      return satisfied(readings);
    },
    next: async () => null,
    stop: async () => undefined,
  };
  return { scenario: createScenario({ session: made.session, selected: selectedRow('disk-removal', async () => undefined), signal: made.session.signal, probes: new Map(), integrity: new Map([['web', watch]]) }), bench: made };
}

const reading = (atMs: number, ack: number): RingReading => ({ from: atMs * 1e6, to: (atMs + 5) * 1e6, boot: 'a', ack, recovered: 0, errors: 0 });
const early = Array.from({ length: 10 }, (_, index) => reading(index * 200, index * 2));

test('readings at the beginning of a window do not tell what happened until its end', async () => {
  const { scenario, bench: { events } } = watching([...early]);
  await measureGuests(scenario, 0, 30e9);
  expect(expectations(events())).toEqual({ 'web went on writing': null });
  expect(events().filter((event) => event.kind === 'measured')).toEqual([]);
});

test('a reading after the end is waited for, and the time without any counts', async () => {
  const { scenario, bench: { events } } = watching([...early], [reading(30_100, 200)]);
  await measureGuests(scenario, 0, 30e9);
  expect(events().filter((event) => event.kind === 'measured')).toEqual([expect.objectContaining({ name: 'write-gap', hi: 30_105 - 1600, periodMs: 200 })]);
});

test('where the row freezes writes, for how long is said, and has to be known', async () => {
  const { scenario, bench: { events } } = watching([...early], [reading(30_100, 200)]);
  await measureGuests(scenario, 0, 30e9, { frozen: true });
  const [measured] = events().filter((event) => event.kind === 'measured');
  expect(measured?.source).toMatch(/^writes frozen \d+\.\d-28\.5 s: write sequence of web/);
  expect(events().filter((event) => event.kind === 'expectation').map(({ title, ok, detail }) => [title, ok, detail])).toEqual([['how long the writes of web were frozen is known', true, measured?.source.split(':')[0]]]);
});

test('writes that stand still to the end were frozen for nobody knows how long', async () => {
  const { scenario, bench: { events } } = watching([...early], [reading(30_100, 18)]);
  await measureGuests(scenario, 0, 30e9, { frozen: true });
  expect(events().filter((event) => event.kind === 'expectation').map(({ ok, detail }) => [ok, detail])).toEqual([[null, expect.stringMatching(/^writes frozen at least 28\.\d s, with no end seen$/)]]);
});

test('of the others the network is measured, of all the writes; the row\'s own guest keeps the one window that the row gave it', async () => {
  const { scenario, bench: { events } } = watching([...early], [reading(30_100, 200)]);
  const environment = inventedEnvironment({ guests: ['web', 'dns'].map((name) => ({ name, id: name, kind: 'vm', address: '192.0.2.80', probes: [{ kind: 'icmp' }, { kind: 'http', url: 'http://192.0.2.80/' }] })) });
  const [web] = environment.guests;
  if (web === undefined) throw new Error('there is a guest');
  const probes = new Map(probeSpecs(environment).map((spec) => [spec.name, inventedProbe(spec)]));
  await measureOthers({ ...scenario, probes }, web, 0, 30e9);
  expect(events().filter((event) => event.kind === 'window').map(({ probe, measures }) => [probe, measures])).toEqual([['dns.icmp', 'outage']]);
  expect(events().filter((event) => event.kind === 'measured').map(({ name, guest }) => [name, guest])).toEqual([['write-gap', 'web']]);
});

test('a backup whose status nobody knows is neither good nor bad', () => {
  const { scenario, bench: { events } } = watching([]);
  const outcome = { archive: 'a', node: 'n1', status: 'unknown: no statistics were kept', warnings: 0, bytes: 1, guestDiskBytes: 1, listed: true, verified: true, verification: 'read back', durationMs: 1 };
  judgeBackup(scenario, outcome);
  expect(expectations(events())['the backup ended OK']).toBeNull();
  judgeBackup(scenario, { ...outcome, status: 'job errors' });
  expect(expectations(events())['the backup ended OK']).toBe(false);
});

test('the loss of a disk is prepared for one of them alone, with what it makes its node log', () => {
  const environment = inventedEnvironment();
  const [, n2] = environment.nodes;
  if (n2 === undefined) throw new Error('there is a node n2');
  n2.disks = [{ id: 'disk.1', hand: 'command', remove: ['out'], insert: ['in'], status: ['state'] }];
  const loss = prepareDiskLoss({ environment, snapshot: inventedSnapshot() }, ({ node, disk }) => [`Take ${disk} out of ${node}`]);
  expect(loss).toMatchObject({ place: { node: 'n2', disk: 'disk.1' }, steps: ['Take disk.1 out of n2'], faults: [{ name: 'disk-removal' }] });
  expect(loss.expectedNews?.every(({ node, kind, about }) => node === 'n2' && (kind === 'io-error' || about === 'disk.1'))).toBe(true);
});

const [pool] = inventedSnapshot().storage;
const withoutDisk = (changes: object): Snapshot => inventedSnapshot({ storage: pool === undefined ? [] : [{ ...pool, redundant: false, disks: pool.disks.map((disk) => ({ ...disk, up: disk.id !== 'disk.0' })), ...changes }] });
const unreadStorage = (): Snapshot => inventedSnapshot({ storage: [], unread: [{ what: 'storage', why: 'no answer' }] });

test.each<{ what: string; snapshot: () => Snapshot; seen: (boolean | null)[] }>([
  { what: 'notices and serves', snapshot: () => withoutDisk({}), seen: [true, true, true] },
  { what: 'notices nothing', snapshot: () => inventedSnapshot(), seen: [false, false, true] },
  { what: 'is frozen', snapshot: () => withoutDisk({ serving: false }), seen: [true, true, false] },
  { what: 'cannot be read', snapshot: unreadStorage, seen: [null, null, null] },
  { what: 'cannot be read any more soon', snapshot: readUpTo(1, () => inventedSnapshot()), seen: [null, null, null] },
])('a storage that $what when a disk is gone: noticed, degraded, serving are $seen', async ({ snapshot, seen }) => {
  const made = testBench({ snapshot });
  const scenario = createScenario({ session: made.session, selected: selectedRow('disk-removal', async () => undefined), signal: made.session.signal, probes: new Map(), integrity: new Map() });
  const at = scenario.now();
  await followDegradation(scenario, { node: 'n1', disk: 'disk.0' }, { at, confirmed: { lastBefore: at, firstAfter: at } }, { noticeMs: 1000, degradedMs: 1, servingMs: 1000 });
  expect(Object.values(expectations(made.events()))).toEqual(seen);
});

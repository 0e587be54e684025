import { afterEach, expect, test } from 'vitest';
import type { RingReading } from '../measurement/integrity.ts';
import { judgeBackup } from './backup.ts';
import { inventedEnvironment, inventedSnapshot } from '../safety/invented-cluster.ts';
import { measureGuests, prepareDiskLoss } from './disks.ts';
import type { IntegrityWatch } from './integrity-watch.ts';
import { createScenario } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import { expectations, selectedRow, testBench } from './testing.ts';
import type { TestBench } from './testing.ts';

let bench: TestBench | null = null;
afterEach(() => {
  bench?.remove();
  bench = null;
});

/** A scenario with one watched guest, whose later readings come when they are waited for. */
function watching(readings: RingReading[], later: RingReading[] = []): { scenario: Scenario; bench: TestBench } {
  const made = testBench();
  bench = made;
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

import { expect, test } from 'vitest';
import type { Hypervisor, Snapshot } from '../adapters/hypervisor.ts';
import type { BootWord } from '../adapters/outcomes.ts';
import { inventedEnvironment, inventedSnapshot } from '../safety/invented-cluster.ts';
import { conduct } from './conduct.ts';
import { migrate } from './migration.ts';
import { selectedRow, testBench } from './testing.ts';

/** What a move of dns, which shows no sequence of writes, leaves among the expectations. @param words what the platform answers for its boot, one after the other; null: it has no way in */
async function move(words: readonly BootWord[] | null): Promise<Record<string, { ok: boolean | null; detail: string }>> {
  let place = 'n2';
  const snapshot = (): Snapshot => inventedSnapshot({ guests: inventedSnapshot().guests.map((guest) => ({ ...guest, assignedTo: place, runningOn: [place] })) });
  const bench = testBench({ snapshot });
  const left = [...(words ?? [])];
  const hypervisor = {
    ...bench.session.hypervisor,
    liveMigrate: async (_guest: string, to: string) => {
      place = to;
      return { id: 'move', done: Promise.resolve({ from: 'n2', to, downtimeMs: 10, totalMs: 20, proof: 'hypervisor', source: 'its log' }), log: () => [] };
    },
    ...(words === null ? {} : { bootOf: async () => left.shift() ?? expect.unreachable() }),
  } as unknown as Hypervisor;
  const [guest] = inventedEnvironment().guests;
  if (guest === undefined) throw new Error('there is a guest');
  await conduct({ ...bench.session, hypervisor }, selectedRow('live-migration', async (scenario) => migrate(scenario, guest, { from: 'n2', to: 'n1' }), { gate: false }), new AbortController().signal);
  return Object.fromEntries(bench.events().flatMap((event) => (event.kind === 'expectation' ? [[event.title, { ok: event.ok, detail: event.detail }]] : [])));
}

const known = (boot: string): BootWord => ({ boot, detail: 'its agent' });

test('a guest whose platform has a way in is known to go on, or to have been restarted', async () => {
  expect((await move([known('b1'), known('b1')]))['n2 to n1: the same boot goes on']).toEqual({ ok: true, detail: 'boot id b1 before, b1 after' });
  expect((await move([known('b1'), known('b2')]))['n2 to n1: the same boot goes on']).toEqual({ ok: false, detail: 'it was restarted: boot id b1 before, b2 after' });
});

test('a guest that does not tell its boot is no worse for it, and that is said', async () => {
  const said = await move([{ boot: null, detail: 'no agent' }]);
  expect(Object.keys(said)).not.toContain('n2 to n1: the same boot goes on');
  expect(said['n2 to n1: it arrived by live migration']).toEqual({ ok: true, detail: 'its log; its boot id could not be read (no agent): that it was not restarted rests on its uptime alone, as the platform tells it' });
});

test('of a platform without a way in nothing is said', async () => {
  expect((await move(null))['n2 to n1: it arrived by live migration']).toEqual({ ok: true, detail: 'its log' });
});

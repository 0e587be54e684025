import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../adapters/hypervisor.ts';
import type { ExpectedRetirement } from '../adapters/outcomes.ts';
import type { StorageState } from '../adapters/storage-state.ts';
import type { Limits, RunEvent } from '../record/types.ts';
import { inventedSnapshot } from '../safety/invented-cluster.ts';
import { followRetirement, tellRetirement } from './retirement.ts';
import { createScenario } from './scenario.ts';
import { expectations, selectedRow, testBench } from './testing.ts';

const place = { node: 'n1', disk: 'disk.0' };
const givenUp = "the storage gives disk.0 up by itself";
const remade = 'every copy is made anew in the room of the other disks';
const times: ExpectedRetirement = { retiredMs: { lo: 20, hi: 40 }, terms: ['retired after 20 ms'], waitMs: { retired: 80, repaired: 160 } };

/** An invented cluster whose storage shows one state after the other; the last one stays. */
async function followed(states: (Partial<StorageState> | Error)[], { expected = times, limits = {} }: { expected?: ExpectedRetirement | Error; limits?: Limits } = {}): Promise<RunEvent[]> {
  let reading = 0;
  const snapshot = (): Snapshot => {
    const state = states[Math.min(reading, states.length - 1)];
    reading += 1;
    if (state instanceof Error) throw state;
    const [storage] = inventedSnapshot().storage;
    if (storage === undefined) throw new Error('the invented cluster has a storage');
    return inventedSnapshot({ storage: [{ ...storage, redundant: false, givenUp: [], detail: ['disk.0 is gone'], ...state }] });
  };
  const bench = testBench({ snapshot, environment: { limits } });
  const { session } = bench;
  const hypervisor = { ...session.hypervisor, expectedRetirement: async () => {
    if (expected instanceof Error) throw expected;
    return expected;
  } };
  const scenario = createScenario({ session: { ...session, hypervisor }, selected: selectedRow('disk-removal', async () => undefined), signal: session.signal, probes: new Map(), integrity: new Map() });
  const at = scenario.now();
  await followRetirement(scenario, place, { at, confirmed: { lastBefore: at, firstAfter: at } }, 5);
  return bench.events();
}

const measured = (events: readonly RunEvent[]): unknown[] => events.flatMap((event) => (event.kind === 'measured' ? [[event.name, event.hi === null ? 'no end' : 'an end', event.source]] : []));

describe('a disk that stays out', () => {
  test('is given up, and its copies are made anew: both are measured, beside what the settings let one expect', async () => {
    const events = await followed([{}, { givenUp: ['disk.0'], repairing: true }, { givenUp: ['disk.0'], redundant: true }]);
    expect(expectations(events)).toEqual({ [givenUp]: true, [remade]: true });
    expect(measured(events)).toEqual([['retired-after', 'an end', expect.stringContaining('0.0 to 0.0 s are expected by its settings')], ['repaired-after', 'an end', expect.stringContaining('made anew')]]);
    expect(events.filter((event) => event.kind === 'evidence').map(({ title }) => title)).toEqual(['When the storage is expected to give a disk up']);
  });

  test('is held against nobody when the storage could not be read behind the time that the settings promise', async () => {
    expect(expectations(await followed([{}, new Error('no node answers')], { expected: { ...times, retiredMs: { lo: 200, hi: 400 }, waitMs: { retired: 800, repaired: 160 } } }))).toEqual({ [givenUp]: null });
  });

  test('fails the row when it is not given up although the settings promise it', async () => {
    const events = await followed([{}]);
    expect(expectations(events)).toEqual({ [givenUp]: false });
    expect(measured(events)).toEqual([['retired-after', 'no end', expect.any(String)]]);
  });

  test.each<[string, (Partial<StorageState> | Error)[], ExpectedRetirement | Error]>([
    ['the settings do not tell', [{}], { ...times, retiredMs: null }],
    ['the settings cannot be read', [{}], new Error('no node answers')],
    ['the storage cannot be read', [new Error('no node answers')], times],
  ])('leaves it open where %s', async (_what, states, expected) => {
    expect(expectations(await followed(states, { expected }))).toEqual({ [givenUp]: null });
  });

  test('that is given up and never made anew leaves that open, with what the storage says: a large disk takes long', async () => {
    const events = await followed([{ givenUp: ['disk.0'], repairing: true, redundant: true, detail: ['storage job Repair: running, 40 %'] }]);
    expect(expectations(events)).toEqual({ [givenUp]: true, [remade]: null });
    expect(events.find((event) => event.kind === 'expectation' && event.title === remade)).toMatchObject({ detail: expect.stringContaining('running, 40 %') as string });
  });

  test('that another disk is given up is not enough', async () => {
    expect(expectations(await followed([{ givenUp: ['disk.1'] }]))).toEqual({ [givenUp]: false });
  });

  test('is waited for as long as a limit of the row asks for', async () => {
    const states = [...Array.from({ length: 200 }, () => ({})), { givenUp: ['disk.0'], redundant: true }];
    expect(expectations(await followed(states, { limits: { 'disk-removal': { 'retired-after': 600_000 } } }))).toMatchObject({ [givenUp]: true });
  });
});

test.each<[string, { expectedRetirement?: () => Promise<ExpectedRetirement> }, number]>([
  ['is left in the record where the settings tell it', { expectedRetirement: async () => times }, 1],
  ['is nothing where they cannot be read', { expectedRetirement: async () => Promise.reject(new Error('no node answers')) }, 0],
  ['is nothing on a platform that has no such settings', {}, 0],
])('when a disk is given up %s', async (_what, hypervisor, count) => {
  const texts: string[] = [];
  expect(await tellRetirement({ signal: new AbortController().signal, hypervisor, evidence: (_title, _name, _type, text) => void texts.push(text) })).toEqual(count === 1 ? times : null);
  expect(texts).toEqual(count === 1 ? ['0.0 to 0.0 s after its loss\nretired after 20 ms\n'] : []);
});

import { expect, test } from 'vitest';
import type { Snapshot } from '../adapters/hypervisor.ts';
import { inventedEnvironment, inventedSnapshot } from '../safety/invented-cluster.ts';
import { fencedFirst, watchFencing } from './fencing-watch.ts';
import type { FencingSeen } from './fencing-watch.ts';

const nothing: FencingSeen = { lastOn: null, firstOff: null, runsElsewhere: null, notElsewhere: null, startedAnew: null };

test.each<{ when: string; seen: Partial<FencingSeen>; ok: boolean | null }>([
  { when: 'it was off before the guest was seen elsewhere', seen: { lastOn: 4, firstOff: 5, runsElsewhere: 6 }, ok: true },
  { when: 'it was still on when the guest was seen elsewhere', seen: { lastOn: 7, firstOff: 8, runsElsewhere: 6 }, ok: false },
  { when: 'nobody looked between the two', seen: { lastOn: 5, firstOff: 8, runsElsewhere: 6 }, ok: null },
  { when: 'it was never seen off: it may have reset itself', seen: { lastOn: 9, firstOff: null, runsElsewhere: 6 }, ok: null },
  { when: 'it was never seen off, and says that it had started anew when the guest was not yet elsewhere', seen: { lastOn: 9, runsElsewhere: 6, notElsewhere: 5, startedAnew: 5 }, ok: true },
  { when: 'it was never seen off, and started anew when the guest may have been elsewhere already', seen: { lastOn: 9, runsElsewhere: 6, notElsewhere: 5, startedAnew: 5.5 }, ok: null },
  { when: 'it started anew, and no reading shows the guest before it was elsewhere', seen: { lastOn: 9, runsElsewhere: 6, startedAnew: 1 }, ok: null },
  { when: 'it was never seen off, and had ended the guest when that was not yet elsewhere', seen: { lastOn: 9, runsElsewhere: 6, notElsewhere: 5, ended: 5 }, ok: true },
  { when: 'it was never seen off, and ended the guest when that may have been elsewhere already', seen: { lastOn: 9, runsElsewhere: 6, notElsewhere: 5, ended: 5.5 }, ok: null },
  { when: 'the guest was never seen elsewhere', seen: { lastOn: 4, firstOff: 5, notElsewhere: 6, startedAnew: 5 }, ok: null },
])('$when: $ok', ({ seen, ok }) => {
  expect(fencedFirst({ ...nothing, ...seen })).toBe(ok);
});

/** A reading of a cluster of which n2 was cut off at 100; `up`: since when n2 says that it runs. */
const reading = (fromNs: number, runningOn: string[], up?: readonly [number, number]): Snapshot => {
  const { nodes, guests } = inventedSnapshot();
  return inventedSnapshot({
    fromNs,
    toNs: fromNs + 5,
    guests: guests.map((guest) => ({ ...guest, runningOn })),
    nodes: nodes.map((node) => (node.name === 'n2' && up !== undefined ? { ...node, upSince: { fromNs: up[0], toNs: up[1] } } : node)),
  });
};

test.each<{ when: string; up?: readonly [number, number]; ok: boolean | null }>([
  { when: 'it started anew behind the cut, and before the guest was started', up: [110, 120], ok: true },
  { when: 'it runs since before the cut', up: [50, 60], ok: null },
  { when: 'it may run since before the cut', up: [90, 120], ok: null },
  { when: 'it started anew when the guest may have been started', up: [110, 121], ok: null },
  { when: 'it says nothing', ok: null },
])('a node whose power is never seen off: $when: $ok', async ({ up, ok }) => {
  const environment = inventedEnvironment({ nodes: [{ name: 'n2', address: '192.0.2.12', disks: [], power: { hand: 'command', off: ['false'], on: ['false'], status: ['echo', 'on'] } }] });
  const fencing = watchFencing({ environment, signal: new AbortController().signal, now: () => 105, sinceAnchor: (ns) => ns, mark: () => undefined, hypervisor: {} }, { node: 'n2', guest: 'web', since: 100 });
  fencing.note(reading(110, []));
  fencing.note(reading(120, ['n2']));
  fencing.note(reading(130, ['n3']));
  fencing.note(reading(140, ['n3'], up));
  await fencing.stop();
  expect((await fencing.verdict())[1]).toBe(ok);
});

test.each<{ when: string; endMs: readonly [number, number] | Error | null; ok: boolean | null; words: string }>([
  { when: 'ended the guest behind the cut', endMs: [1, 2], ok: true, words: 'it ended web by' },
  { when: 'ended it when it may have been elsewhere', endMs: [1, 60_000], ok: null, words: 'it ended web by' },
  { when: 'may have ended it before the cut', endMs: [-60_000, 2], ok: null, words: 'tells of no end of web there' },
  { when: 'tells of no end', endMs: null, ok: null, words: 'tells of no end of web there' },
  { when: 'cannot be asked', endMs: new Error('no answer'), ok: null, words: 'could not be read: no answer' },
])('a node that goes on running and $when: $ok', async ({ endMs, ok, words }) => {
  const environment = inventedEnvironment({ nodes: [{ name: 'n2', address: '192.0.2.12', disks: [], power: { hand: 'command', off: ['false'], on: ['false'], status: ['echo', 'on'] } }] });
  const asked: string[] = [];
  const instanceEnd = async (guest: string, node: string, since: Date) => {
    asked.push(`${guest} on ${node}`);
    if (endMs instanceof Error) throw endMs;
    return endMs === null ? null : { earliest: new Date(since.getTime() + endMs[0]), latest: new Date(since.getTime() + endMs[1]), source: 'its log' };
  };
  const fencing = watchFencing({ environment, signal: new AbortController().signal, now: () => 5e9, sinceAnchor: (ns) => ns, mark: () => undefined, hypervisor: { instanceEnd } }, { node: 'n2', guest: 'web', since: 1e9 });
  fencing.note(reading(2e9, ['n2']));
  fencing.note(reading(3e9, ['n3']));
  await fencing.stop();
  const [, verdict, detail] = await fencing.verdict();
  expect([verdict, asked]).toEqual([ok, ['web on n2']]);
  expect(detail).toContain(words);
});

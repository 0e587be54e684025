import { expect, test } from 'vitest';
import type { LinkKernel } from './kernel.ts';
import { neighbourStates } from './netlink.ts';
import { createLinkWatch, isOwnNeighbourSilent } from './watch.ts';

/** A kernel of one device and one neighbour on it, whose route a test changes. */
function watched({ works = true, gateway = null as string | null } = {}) {
  const address = '192.0.2.80';
  const route = { type: 1, device: 2, gateway, source: '192.0.2.5' };
  const state = { device: 2, running: true, neighbour: neighbourStates.reachable as number };
  const confirmed: number[] = [];
  const kernel: LinkKernel = {
    neighbours: () => [{ address: gateway ?? address, device: 2, state: state.neighbour }],
    routeTo: () => ({ ...route, device: state.device }),
    link: (device) => ({ name: `dev${device}`, hardware: Buffer.alloc(6), running: state.running }),
    setState: (_entry, wanted) => confirmed.push(wanted) > 0,
    mayChange: false,
    close: () => undefined,
  };
  const now = (): number => Number(process.hrtime.bigint());
  const begunNs = now();
  const heard = { answeredNs: begunNs, sentNs: works ? begunNs : null as number | null };
  const blind: { fromNs: number; toNs: number; reason: string }[] = [];
  const watch = createLinkWatch(kernel, null, 'a test');
  watch.watch(1, { address, periodMs: 10 }, () => heard, (fromNs, toNs, reason) => blind.push({ fromNs, toNs, reason }));
  return {
    state,
    blind,
    watch,
    begunNs,
    /** The last answer is half a second old. */
    goSilent: () => {
      heard.answeredNs = now() - 500e6;
      if (works) heard.sentNs = heard.answeredNs;
    },
    answer: (): number => {
      heard.sentNs = now();
      heard.answeredNs = heard.sentNs;
      return heard.sentNs;
    },
    sentNs: () => heard.sentNs,
  };
}

test.each([
  ['another route', (state: { device: number; running: boolean; neighbour: number }) => { state.device = 3; }, 'another one than at the beginning'],
  ['no carrier', (state: { device: number; running: boolean; neighbour: number }) => { state.running = false; }, 'has no carrier'],
  ['no neighbour entry', (state: { device: number; running: boolean; neighbour: number }) => { state.neighbour = neighbourStates.failed; }, 'is not resolved'],
])('%s blinds from the last probe that was answered to the first that is answered again, without a hole between', (_what, breakIt, reason) => {
  const { state, blind, watch, goSilent, answer, sentNs } = watched();
  goSilent();
  const lastNs = sentNs();
  const before = { ...state };
  breakIt(state);
  watch.look();
  Object.assign(state, before);
  // The answer is there before the next look.
  const firstNs = answer();
  watch.look();
  expect(blind[0]?.fromNs).toBe(lastNs);
  expect(blind[1]?.fromNs).toBe(blind[0]?.toNs);
  expect(blind.at(-1)?.toNs).toBe(firstNs);
  expect(blind.every((stretch) => stretch.reason.includes(reason))).toBe(true);
  watch.look();
  expect(blind).toHaveLength(2);
});

test.each([
  { whose: 'target that is silent itself', gateway: null, change: { neighbour: neighbourStates.failed as number }, own: true },
  { whose: 'gateway that is silent', gateway: '192.0.2.1', change: { neighbour: neighbourStates.failed as number }, own: false },
  { whose: 'device without carrier', gateway: null, change: { running: false, neighbour: neighbourStates.failed as number }, own: false },
])('a $whose is told apart in the reason of what is blind', ({ gateway, change, own }) => {
  const { state, blind, watch, goSilent } = watched({ gateway });
  goSilent();
  Object.assign(state, change);
  watch.look();
  expect(blind.map(({ reason }) => isOwnNeighbourSilent(reason))).toEqual([own]);
});

test('a silent target behind a whole way is a loss, no blindness', () => {
  const { blind, watch, goSilent, answer } = watched();
  goSilent();
  watch.look();
  answer();
  watch.look();
  expect(blind).toEqual([]);
});

test('a target that never answered is not called blind, and not when it begins to answer', () => {
  const { state, blind, watch, goSilent, answer } = watched({ works: false });
  state.neighbour = neighbourStates.failed;
  goSilent();
  watch.look();
  answer();
  watch.look();
  expect(blind).toEqual([]);
});

import { expect, test } from 'vitest';
import type { Outbox } from '../protocol.ts';
import { createIcmpEngine } from './engine.ts';
import type { Libc } from './libc.ts';

/** A kernel and a clock that a test moves: everything is sent, after a while, and nothing comes back. */
function stand() {
  const state = { nowNs: 1000e6, sendTakesNs: 0 };
  const seen: { kind: 'sent' | 'blind'; fromNs: number; toNs: number }[] = [];
  const libc = {
    recvmmsg: () => -1,
    sendmmsg: (_fd: number, _messages: bigint, count: number) => {
      state.nowNs += state.sendTakesNs;
      return count;
    },
  } as unknown as Libc;
  const clock = { now: () => state.nowNs, pair: () => ({ monotonicNs: state.nowNs, realSeconds: 0, realNs: 0 }), sleepUntil: () => undefined };
  const outbox: Outbox = {
    sent: (_id, _seq, atNs, heldNs = 0) => seen.push({ kind: 'sent', fromNs: atNs, toNs: atNs + heldNs }),
    blind: (_id, fromNs, toNs) => seen.push({ kind: 'blind', fromNs, toNs }),
    answered: () => undefined,
    flush: () => undefined,
    removed: () => undefined,
  };
  const engine = createIcmpEngine(libc, { fd: 0, family: 4, raw: false, reason: '' }, clock, outbox, 0);
  engine.add(1, { name: 'a', kind: 'icmp', guest: null, target: '192.0.2.80', periodMs: 10, waitMs: 1000 }, 0);
  return { state, seen, engine };
}

test.skipIf(process.platform !== 'linux')('a send that takes its usual time is not blind, and tells within what time the probe had left', () => {
  const { state, seen, engine } = stand();
  state.sendTakesNs = 0.9e6;
  engine.step(state.nowNs);
  expect(seen).toEqual([{ kind: 'sent', fromNs: 1000e6, toNs: 1000.9e6 }]);
});

test.skipIf(process.platform !== 'linux')('a probe that was held up between its stamp and the kernel is covered: when it left is not known', () => {
  const { state, seen, engine } = stand();
  const [firstNs, secondNs] = [state.nowNs, state.nowNs + 10e6];
  expect(engine.step(firstNs)).toBe(secondNs);
  state.nowNs = secondNs;
  state.sendTakesNs = 330e6;
  engine.step(secondNs);
  expect(seen).toEqual([
    { kind: 'sent', fromNs: firstNs, toNs: firstNs },
    { kind: 'sent', fromNs: secondNs, toNs: secondNs + 330e6 },
    { kind: 'blind', fromNs: secondNs, toNs: secondNs + 330e6 },
  ]);
});

test.skipIf(process.platform !== 'linux')('many targets leave in small lots, each with a stamp of its own: the last one is not stamped as early as the first', () => {
  const { state, seen, engine } = stand();
  for (let id = 2; id <= 100; id++) engine.add(id, { name: `t${id}`, kind: 'icmp', guest: null, target: `192.0.2.${id}`, periodMs: 10, waitMs: 1000 }, 0);
  state.sendTakesNs = 0.3e6;
  engine.step(state.nowNs);
  const stamps = seen.filter(({ kind }) => kind === 'sent').map(({ fromNs }) => fromNs - 1000e6);
  expect(stamps).toHaveLength(100);
  expect([stamps[0], stamps[7], stamps[8], stamps[99]]).toEqual([0, 0, 0.3e6, 3.6e6]);
});

import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { EngineSink } from '../engine.ts';
import { until } from '../testing-events.ts';
import { noIcmpReason } from '../testing.ts';
import { createWallClock } from './clock.ts';
import { startPingEngine } from './engine.ts';
import { iputils } from './iputils.ts';

const missing = process.platform === 'linux' ? await noIcmpReason('ping/engine.test.ts', 'ping') : 'these are tests of the ping of Linux';
const spec = { name: 'a', kind: 'icmp' as const, guest: null, target: '127.0.0.1', periodMs: 20, waitMs: 1000 };

function watch() {
  const sent: number[] = [];
  const answered: number[] = [];
  const rtts: number[] = [];
  const troubles: string[] = [];
  const sink: EngineSink = {
    sent: (_, seq) => sent.push(seq),
    answered: (_, seq, atNs, sentNs) => {
      answered.push(seq);
      rtts.push(atNs - sentNs);
    },
    blind: (_, _from, _to, reason) => troubles.push(reason),
    trouble: (_, reason) => troubles.push(reason),
  };
  return { sent, answered, rtts, troubles, sink };
}

test('the wall clock is brought onto the monotonic one within two milliseconds', async () => {
  const clock = createWallClock();
  await delay(20);
  const before = Number(process.hrtime.bigint());
  const mapped = clock.toMonotonic(performance.timeOrigin + performance.now());
  expect(mapped).toBeGreaterThan(before - 2e6);
  expect(mapped).toBeLessThan(Number(process.hrtime.bigint()) + 2e6);
});

test.skipIf(missing !== null)('a streaming ping reports each probe once, in order, with its answer', async () => {
  const { sent, answered, rtts, sink } = watch();
  const engine = await startPingEngine(iputils, 4, sink);
  engine.add(1, spec, () => 40);
  await until('it sends', () => sent.length > 10);
  await engine.remove(1);
  const atRemoval = sent.length;
  await until('the answers come', () => sent.length - answered.length < 2);
  engine.forget(1);
  await engine.close();
  expect(sent.length).toBe(atRemoval);
  expect(sent).toEqual(sent.map((_, index) => 40 + index));
  expect(answered).toEqual(sent.slice(0, answered.length));
  expect(Math.min(...rtts)).toBeGreaterThan(0);
  expect(Math.min(...rtts)).toBeLessThan(20e6);
});

/** The ping processes that this one started. */
function ownPings(): number[] {
  return readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').filter((pid) => pid !== '' && readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'ping').map(Number);
}

test.skipIf(missing !== null).each([
  ['SIGKILL', /SIGKILL/],
  ['SIGSTOP', /silent for \d+ ms/],
] as const)('a ping that gets %s is replaced, its probe goes on with the next sequence, and the time between has its reason', async (signal, reason) => {
  const { sent, troubles, sink } = watch();
  const engine = await startPingEngine(iputils, 4, sink);
  engine.add(1, spec, () => (sent.at(-1) ?? -1) + 1);
  // It is replaced once it has run for a second.
  const beganMs = performance.now();
  await until('it sends', () => sent.length > 0 && performance.now() - beganMs > 1200);
  const [pid] = ownPings();
  if (pid === undefined) throw new Error('there is no ping');
  process.kill(pid, signal);
  let atTrouble = 0;
  for (let waited = 0; waited < 20_000 && (atTrouble === 0 || sent.length < atTrouble + 10); waited += 50) {
    await delay(50);
    engine.drain();
    if (atTrouble === 0 && troubles.length > 0) atTrouble = sent.length;
  }
  await engine.close();
  expect(troubles[0]).toMatch(reason);
  expect(sent.length).toBeGreaterThanOrEqual(atTrouble + 10);
  expect(sent).toEqual(sent.map((_, index) => index));
  expect(ownPings()).not.toContain(pid);
});

test.skipIf(missing !== null)('a ping that cannot probe the target is trouble, not silence', async () => {
  const { sent, troubles, sink } = watch();
  const engine = await startPingEngine(iputils, 4, sink);
  engine.add(1, { ...spec, target: '255.255.255.255' }, () => 0);
  await until('it is told', () => {
    engine.drain();
    return troubles.length > 0;
  });
  await engine.close();
  expect(sent).toEqual([]);
  expect(troubles[0]).toMatch(/^ping ended or stalls: .*broadcast/i);
});

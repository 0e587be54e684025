import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { EngineSink } from '../engine.ts';
import { createWallClock } from './clock.ts';
import { startPingEngine } from './engine.ts';
import { iputils } from './iputils.ts';

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
  expect(Math.abs(mapped - before)).toBeLessThan(2e6);
});

test('a streaming ping reports each probe once, in order, with its answer', async () => {
  const { sent, answered, rtts, sink } = watch();
  const engine = await startPingEngine(iputils, 4, sink);
  engine.add(1, spec, () => 40);
  await delay(700);
  await engine.remove(1);
  const atRemoval = sent.length;
  await delay(100);
  engine.forget(1);
  await engine.close();
  expect(sent.length).toBe(atRemoval);
  expect(sent.length).toBeGreaterThan(10);
  expect(sent).toEqual(sent.map((_, index) => 40 + index));
  expect(answered).toEqual(sent.slice(0, answered.length));
  expect(sent.length - answered.length).toBeLessThan(2);
  expect(Math.max(...rtts)).toBeLessThan(100e6);
});

test('a ping that cannot probe the target is trouble, not silence', async () => {
  const { sent, troubles, sink } = watch();
  const engine = await startPingEngine(iputils, 4, sink);
  engine.add(1, { ...spec, target: '255.255.255.255' }, () => 0);
  for (let waited = 0; waited < 3000 && troubles.length === 0; waited += 50) {
    await delay(50);
    engine.drain();
  }
  await engine.close();
  expect(sent).toEqual([]);
  expect(troubles[0]).toMatch(/^ping ended or stalls: .*broadcast/i);
});

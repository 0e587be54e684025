import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { EngineSink } from './engine.ts';
import { until } from './testing-events.ts';
import { startWorkerEngine } from './worker-engine.ts';

const entry = new URL('./faulty-worker.ts', import.meta.url);
const input = { epochNs: 0, realtime: false, family: 4 as const };
const spec = (target: string) => ({ name: 'a', kind: 'icmp' as const, guest: null, target, periodMs: 10, waitMs: 1000 });

function watch() {
  const sent: number[] = [];
  const troubles = new Set<string>();
  const sink: EngineSink = { sent: (_, seq) => sent.push(seq), answered: () => undefined, blind: () => undefined, trouble: (_, reason) => troubles.add(reason) };
  return { sent, troubles, sink };
}

test.each([
  ['dies', 'the prober\'s thread ended: broken on purpose', 20_000],
  ['stalls', 'the prober\'s thread was silent for 2000 ms', 20_000],
])('a worker that %s is replaced, its probes go on with the next sequence, and the time between has its reason', async (target, reason, withinMs) => {
  const { sent, troubles, sink } = watch();
  const engine = await startWorkerEngine(entry, input, sink);
  try {
    engine.add(1, spec(target), () => (sent.at(-1) ?? -1) + 1);
    let atTrouble = 0;
    for (let waited = 0; waited < withinMs && (atTrouble === 0 || sent.length < atTrouble + 10); waited += 20) {
      await delay(20);
      engine.drain();
      if (atTrouble === 0 && troubles.size > 0) atTrouble = sent.length;
    }
    expect([...troubles]).toEqual([reason]);
    expect(atTrouble).toBeGreaterThan(0);
    expect(sent.length).toBeGreaterThanOrEqual(atTrouble + 10);
    expect(sent).toEqual(sent.map((_, index) => index));
  } finally {
    await engine.close();
  }
}, 60_000);

test('a worker that takes its place may take its time to start', async () => {
  const { sent, troubles, sink } = watch();
  const engine = await startWorkerEngine(entry, input, sink);
  process.env['FAULTY_WORKER_STARTS_IN'] = '2500';
  try {
    engine.add(1, spec('dies'), () => (sent.at(-1) ?? -1) + 1);
    let atTrouble = 0;
    await until('the second worker sends', () => {
      engine.drain();
      if (atTrouble === 0 && troubles.size > 0) atTrouble = sent.length;
      return atTrouble > 0 && sent.length > atTrouble;
    });
    expect([...troubles]).toEqual(['the prober\'s thread ended: broken on purpose']);
  } finally {
    delete process.env['FAULTY_WORKER_STARTS_IN'];
    await engine.close();
  }
}, 60_000);

test('a worker that is well is left alone, also while its owner is busy', async () => {
  const { sent, troubles, sink } = watch();
  const engine = await startWorkerEngine(entry, input, sink);
  engine.add(1, spec('well'), () => 0);
  await until('the worker sends', () => {
    engine.drain();
    return sent.length > 0;
  });
  const before = sent.length;
  for (const from = performance.now(); performance.now() - from < 2500;);
  engine.drain();
  await engine.close();
  expect(troubles.size).toBe(0);
  expect(sent.length).toBeGreaterThan(before + 20);
});

test('a worker that cannot start says why', async () => {
  await expect(startWorkerEngine(new URL('./no-such-worker.ts', import.meta.url), input, watch().sink)).rejects.toThrow('Cannot find module');
});

import { expect, test } from 'vitest';
import type { EngineSink } from '../engine.ts';
import { until } from '../testing-events.ts';
import { noIcmpReason } from '../testing.ts';
import { startWorkerEngine } from '../worker-engine.ts';

const missing = await noIcmpReason('icmp/worker.test.ts', 'koffi');
const entry = new URL('./worker.ts', import.meta.url);

function watch() {
  const sent = new Map<number, number>();
  const answered = new Map<number, number>();
  const sink: EngineSink = {
    sent: (id, seq, atNs) => sent.set(id * 1e9 + seq, atNs),
    answered: (id, seq, _atNs, sentNs) => answered.set(id * 1e9 + seq, sentNs),
    blind: () => undefined,
    trouble: () => undefined,
  };
  return { sent, answered, sink };
}

test.skipIf(missing !== null)('answers are matched across the wrap of the 16-bit sequence', async () => {
  const { sent, answered, sink } = watch();
  const engine = await startWorkerEngine(entry, { epochNs: Number(process.hrtime.bigint()), realtime: true, family: 4 }, sink);
  engine.add(0, { name: 'a', kind: 'icmp', guest: null, target: '127.0.0.1', periodMs: 1, waitMs: 10_000 }, () => 65_400);
  await until('the sequence wraps', () => {
    engine.drain();
    return Math.max(...sent.keys()) > 65_700;
  });
  await engine.remove(0);
  await until('every answer is there', () => {
    engine.drain();
    return answered.size === sent.size;
  });
  await engine.close();
  expect(Math.min(...sent.keys())).toBe(65_400);
  expect(Math.max(...sent.keys())).toBeGreaterThan(65_600);
  expect([...answered.keys()].toSorted((a, b) => a - b)).toEqual([...sent.keys()]);
  for (const [key, sentNs] of answered) expect(sent.get(key)).toBe(sentNs);
});

test.skipIf(missing !== null)('fifty targets share one thread and one grid', async () => {
  const { sent, answered, sink } = watch();
  const engine = await startWorkerEngine(entry, { epochNs: Number(process.hrtime.bigint()), realtime: true, family: 4 }, sink);
  for (let id = 0; id < 50; id++) engine.add(id, { name: `t${id}`, kind: 'icmp', guest: null, target: `127.0.0.${id + 1}`, periodMs: 20, waitMs: 1000 }, () => 0);
  await until('each is probed fifteen times', () => {
    engine.drain();
    return sent.size > 50 * 15;
  });
  await Promise.all(Array.from({ length: 50 }, async (_, id) => engine.remove(id)));
  await until('every answer is there', () => {
    engine.drain();
    return answered.size === sent.size;
  });
  await engine.close();
  // Slots fall together: one wake-up serves all, eight by a stamp.
  expect(new Set(sent.values()).size).toBeLessThan(sent.size / 5);
});

test.skipIf(missing !== null)('realtime false leaves the thread at ordinary priority and says so', async () => {
  const engine = await startWorkerEngine(entry, { epochNs: 0, realtime: false, family: 4 }, watch().sink);
  expect(engine.reason).toContain('ordinary priority, as asked');
  await engine.close();
});

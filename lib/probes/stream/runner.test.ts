import { setTimeout as delay } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
import type { Attempt } from './attempt.ts';
import type { Outbox } from '../protocol.ts';
import { until } from '../testing-events.ts';
import { mostInFlight, runAttempts } from './runner.ts';

interface Seen {
  kind: 'sent' | 'right' | 'wrong' | 'blind';
  seq: number;
  atNs: number;
}

function watch(): { outbox: Outbox; seen: Seen[] } {
  const seen: Seen[] = [];
  return {
    seen,
    outbox: {
      sent: (_, seq, atNs) => seen.push({ kind: 'sent', seq, atNs }),
      answered: (_, seq, atNs, _sentNs, ok) => seen.push({ kind: ok ? 'right' : 'wrong', seq, atNs }),
      blind: (_, atNs) => seen.push({ kind: 'blind', seq: -1, atNs }),
      flush: () => undefined,
      removed: () => undefined,
    },
  };
}

const nowNs = (): number => Number(process.hrtime.bigint());
const spec = { name: 'a', kind: 'tcp' as const, guest: null, target: '', periodMs: 20, waitMs: 100 };

test('attempts start on the grid although none is ever answered, and each is abandoned after waitMs', async () => {
  const { outbox, seen } = watch();
  const lifetimes: number[] = [];
  const silent: Attempt = () => {
    const from = nowNs();
    return () => lifetimes.push((nowNs() - from) / 1e6);
  };
  const epochNs = nowNs();
  const probe = runAttempts(1, spec, 0, epochNs, silent, outbox);
  await until('sixteen are sent', () => seen.length > 15);
  probe.stop();
  const sentSoFar = (): Seen[] => seen.filter(({ kind }) => kind === 'sent');
  await until('each is abandoned', () => lifetimes.length === sentSoFar().length);
  const sent = sentSoFar();
  expect(seen.filter(({ kind }) => kind === 'right' || kind === 'wrong')).toEqual([]);
  expect(Math.min(...lifetimes)).toBeGreaterThanOrEqual(99);
  const phases = sent.map(({ seq, atNs }) => (atNs - epochNs) / 1e6 - seq * 20);
  expect(Math.max(...phases) - Math.min(...phases)).toBeLessThan(20);
});

test('sent comes before its answer, an answer after waitMs is not reported, and only the first counts', async () => {
  const { outbox, seen } = watch();
  const calls: number[] = [];
  const attempt: Attempt = (outcome) => {
    const call = calls.push(0) - 1;
    if (call === 0) outcome.answered(true);
    if (call === 1) setTimeout(() => outcome.answered(true), 150);
    if (call === 2) {
      outcome.answered(false);
      outcome.answered(true);
    }
    return () => undefined;
  };
  const probe = runAttempts(1, spec, 5, nowNs(), attempt, outbox);
  await until('three attempts begin', () => calls.length > 2);
  probe.stop();
  await delay(200);
  const first = seen.find(({ kind }) => kind === 'sent')?.seq ?? -1;
  expect(seen.filter(({ seq }) => seq === first).map(({ kind }) => kind)).toEqual(['sent', 'right']);
  expect(seen.map(({ kind }) => kind).filter((kind) => kind === 'right' || kind === 'wrong')).toEqual(['right', 'wrong']);
  expect(first).toBeGreaterThanOrEqual(5);
});

test('what this machine could not send is blind and was never sent', async () => {
  const { outbox, seen } = watch();
  const probe = runAttempts(1, spec, 0, nowNs(), (outcome) => {
    queueMicrotask(() => outcome.refusedHere('EMFILE'));
    return () => undefined;
  }, outbox);
  await until('one is tried', () => seen.length > 0);
  probe.stop();
  await delay(20);
  expect(new Set(seen.map(({ kind }) => kind))).toEqual(new Set(['blind']));
});

test('what this machine could not send is blind, too, when it finds out after the probe was reported', async () => {
  const { outbox, seen } = watch();
  const probe = runAttempts(1, spec, 0, nowNs(), (outcome) => {
    setTimeout(() => outcome.refusedHere('ENETUNREACH'), 30);
    return () => undefined;
  }, outbox);
  await until('two are sent', () => seen.filter(({ kind }) => kind === 'sent').length > 1);
  probe.stop();
  const ofKind = (kind: Seen['kind']): number[] => seen.filter((each) => each.kind === kind).map(({ atNs }) => atNs);
  await until('each is covered', () => ofKind('blind').length === ofKind('sent').length);
  expect(ofKind('blind')).toEqual(ofKind('sent'));
});

test('an answer that waited while this thread stood still is read, and an attempt that was stood still for is blind when it is lost', async () => {
  const { outbox, seen } = watch();
  let begun = 0;
  const attempt: Attempt = (outcome) => {
    begun++;
    const own = begun;
    // The answer is there as soon as this thread looks: behind the stall.
    if (own === 1) setImmediate(() => setImmediate(() => {
      const readable = new MessageChannel();
      readable.port1.on('message', () => {
        outcome.answered(true);
        readable.port1.close();
      });
      readable.port2.postMessage('answer', []);
      for (const fromNs = nowNs(); nowNs() - fromNs < 400e6;);
    }));
    return () => undefined;
  };
  const probe = runAttempts(1, { ...spec, periodMs: 150 }, 0, nowNs(), attempt, outbox);
  await until('two attempts begin', () => begun > 1);
  probe.stop();
  const first = seen[0]?.seq ?? -1;
  expect(seen.filter(({ seq }) => seq === first).map(({ kind }) => kind)).toEqual(['sent', 'right']);
  expect(seen.some(({ kind }) => kind === 'blind')).toBe(true);
});

test('beyond the number of attempts that may be under way, slots are blind, and the grid is not distorted', async () => {
  const { outbox, seen } = watch();
  const probe = runAttempts(1, { ...spec, periodMs: 1, waitMs: 60_000 }, 0, nowNs() - 1e9, () => () => undefined, outbox);
  await until('a slot is skipped', () => seen.some(({ kind }) => kind === 'blind'));
  probe.stop();
  expect(seen.filter(({ kind }) => kind === 'sent').length).toBe(mostInFlight);
  expect(seen.some(({ kind }) => kind === 'blind')).toBe(true);
});

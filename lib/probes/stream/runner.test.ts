import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Attempt } from './attempt.ts';
import type { Outbox } from '../protocol.ts';
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
  await delay(600);
  probe.stop();
  await delay(150);
  const sent = seen.filter(({ kind }) => kind === 'sent');
  expect(sent.length).toBeGreaterThan(15);
  expect(seen.length).toBe(sent.length);
  expect(lifetimes.length).toBe(sent.length);
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
  for (let waited = 0; waited < 5000 && calls.length < 3; waited += 5) await delay(5);
  probe.stop();
  await delay(200);
  const first = seen[0]?.seq ?? -1;
  expect(seen.filter(({ seq }) => seq === first).map(({ kind }) => kind)).toEqual(['sent', 'right']);
  expect(seen.map(({ kind }) => kind).filter((kind) => kind !== 'sent')).toEqual(['right', 'wrong']);
  expect(first).toBeGreaterThanOrEqual(5);
});

test('what this machine could not send is blind and was never sent', async () => {
  const { outbox, seen } = watch();
  const probe = runAttempts(1, spec, 0, nowNs(), (outcome) => {
    queueMicrotask(() => outcome.refusedHere('EMFILE'));
    return () => undefined;
  }, outbox);
  await delay(60);
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
  for (let waited = 0; waited < 5000 && seen.filter(({ kind }) => kind === 'sent').length < 2; waited += 5) await delay(5);
  probe.stop();
  const ofKind = (kind: Seen['kind']): number[] => seen.filter((each) => each.kind === kind).map(({ atNs }) => atNs);
  for (let waited = 0; waited < 5000 && ofKind('blind').length < ofKind('sent').length; waited += 5) await delay(5);
  expect(ofKind('blind')).toEqual(ofKind('sent'));
});

test('beyond the number of attempts that may be under way, slots are blind, and the grid is not distorted', async () => {
  const { outbox, seen } = watch();
  const probe = runAttempts(1, { ...spec, periodMs: 1, waitMs: 60_000 }, 0, nowNs() - 1e9, () => () => undefined, outbox);
  for (let waited = 0; waited < 10_000 && !seen.some(({ kind }) => kind === 'blind'); waited += 20) await delay(20);
  probe.stop();
  expect(seen.filter(({ kind }) => kind === 'sent').length).toBe(mostInFlight);
  expect(seen.some(({ kind }) => kind === 'blind')).toBe(true);
});

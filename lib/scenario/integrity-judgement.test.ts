import { expect, test } from 'vitest';
import type { RingReading } from '../measurement/integrity.ts';
import type { IntegrityWatch } from './integrity-watch.ts';
import { judgeIntegrity } from './integrity-judgement.ts';
import type { IntegrityCase } from './integrity-judgement.ts';

const lostAt = 1000;
const judgedAt = 5000;

function reading(from: number, boot: string, ack: number, recovered = 0, errors = 0): RingReading {
  return { from, to: from + 1, boot, ack, recovered, errors };
}

const before = [reading(1, 'a', 10), reading(900, 'a', 40)];

async function judge(readings: RingReading[], about: Partial<IntegrityCase> = {}): Promise<Record<string, boolean | null>> {
  const said: Record<string, boolean | null> = {};
  const watch: IntegrityWatch = { guest: 'web', readings: () => readings, until: async (satisfied) => satisfied(readings), next: async () => null, stop: async () => undefined };
  const scenario = { integrity: new Map([['web', watch]]), now: () => judgedAt, expect: (title: string, ok: boolean | null) => void (said[title] = ok) };
  await judgeIntegrity(scenario, { restarted: ['web'], lostAt, signal: new AbortController().signal, patienceMs: 1, ...about });
  return said;
}

test('nothing is known of a guest that was never read again', async () => {
  expect(await judge(before)).toEqual({ 'web: no acknowledged write lost': null, 'web: no I/O or verification error': null });
});

test('nothing is known of a guest that is back and does not write', async () => {
  expect((await judge([...before, reading(5001, 'b', 40, 40), reading(5100, 'b', 40, 40)]))['web: no acknowledged write lost']).toBeNull();
});

test('nothing is known of a guest that writes on in the boot that must be gone', async () => {
  expect((await judge([...before, reading(5001, 'a', 41), reading(5100, 'a', 42)]))['web: no acknowledged write lost']).toBeNull();
});

test('a guest that is back, has everything and writes again lost nothing', async () => {
  expect(await judge([...before, reading(5001, 'b', 41, 40), reading(5100, 'b', 42, 40)])).toEqual({ 'web: no acknowledged write lost': true, 'web: no I/O or verification error': true });
});

test('lost writes and errors stay what they are when it does not write again', async () => {
  expect(await judge([...before, reading(2000, 'b', 38, 38, 1)])).toEqual({ 'web: no acknowledged write lost': false, 'web: no I/O or verification error': false });
});

test('a guest whose node was not lost must not be started anew', async () => {
  const readings = [...before, reading(5001, 'b', 41, 40), reading(5100, 'b', 42, 40)];
  expect(await judge(readings, { restarted: [] })).toMatchObject({ 'web: no acknowledged write lost': true, 'web: it was not started anew': false });
  expect(await judge([...before, reading(5001, 'a', 41), reading(5100, 'a', 42)], { restarted: [], lostAt: null })).toMatchObject({ 'web: it was not started anew': true });
});

test('a guest that may be started anew, and need not, is judged by what it lost alone', async () => {
  const anew = [...before, reading(5001, 'b', 41, 40), reading(5100, 'b', 42, 40)];
  expect(await judge(anew, { restarted: [], mayRestart: ['web'] })).toEqual({ 'web: no acknowledged write lost': true, 'web: no I/O or verification error': true });
});

import { expect, test } from 'vitest';
import type { RingReading } from '../measurement/integrity.ts';
import type { RunningProbe } from '../probes/probe.ts';
import type { IntegrityWatch } from './integrity-watch.ts';
import { probeSpecs } from './probing.ts';
import { createScenario } from './scenario.ts';
import { firstWriteAfter, followServiceReturn, judgeStandstill } from './service-return.ts';
import { answered, blindProbe, expectations, inventedProbe, selectedRow, testBench } from './testing.ts';

function reading(at: number, ack: number, more: Partial<RingReading> = {}): RingReading {
  return { from: at, to: at + 1, boot: 'a', ack, recovered: 0, errors: 0, ...more };
}

test('the first write lies between the last reading without it and the first one with it', () => {
  expect(firstWriteAfter([reading(0, 7), reading(10, 9), reading(20, 9), reading(30, 9), reading(40, 11)], 15)).toEqual({ lastBefore: 30, firstAfter: 41 });
});

test('a write that was acknowledged before the moment is none', () => {
  expect(firstWriteAfter([reading(0, 7), reading(10, 9), reading(20, 9)], 15)).toBeNull();
});

test('what a guest found on its disk when it was started anew is no write', () => {
  const boot = { boot: 'b', recovered: 12 };
  expect(firstWriteAfter([reading(0, 10), reading(20, 12, boot), reading(30, 12, boot)], 15)).toBeNull();
  expect(firstWriteAfter([reading(0, 10), reading(20, 12, boot), reading(30, 13, boot)], 15)).toEqual({ lastBefore: 20, firstAfter: 31 });
});

test('without a reading before the moment, the moment itself is the bound', () => {
  expect(firstWriteAfter([reading(20, 3)], 15)).toEqual({ lastBefore: 15, firstAfter: 21 });
});

test('writes stood still only where they were read at the end of the wait', () => {
  expect(judgeStandstill([reading(1e9, 7), reading(9e9, 7)], 0, 10e9)).toEqual({ ok: false, detail: 'it wrote nothing new within 10.0 s' });
  expect(judgeStandstill([reading(1e9, 7)], 0, 10e9)).toMatchObject({ ok: null, detail: expect.stringContaining('could not be read at the end of 10.0 s') });
  expect(judgeStandstill([], 0, 10e9).ok).toBeNull();
});

test.each<{ what: string; probe: Partial<RunningProbe>; writes: 'on' | 'stand still' | 'unread'; ok: boolean | null; detail: RegExp }>([
  { what: 'answers and writes', probe: { answered }, writes: 'on', ok: true, detail: /s after it$/ },
  { what: 'does not answer', probe: {}, writes: 'on', ok: false, detail: /^http was not answered/ },
  { what: 'a blind prober did not hear', probe: blindProbe('this machine has no route to 192.0.2.80'), writes: 'on', ok: null, detail: /could not see \(this machine has no route/ },
  { what: 'answers, and whose writes stand still,', probe: { answered }, writes: 'stand still', ok: false, detail: /wrote nothing new/ },
  { what: 'answers, and whose writes could not be read,', probe: { answered }, writes: 'unread', ok: null, detail: /could not be read/ },
])('a guest that $what is back: $ok', async ({ probe, writes, ok, detail }) => {
  const made = testBench({ environment: { guests: [{ name: 'web', id: 'web', kind: 'vm', address: '192.0.2.80', probes: [{ kind: 'http', url: 'http://192.0.2.80/' }] }] } });
  const since = made.session.writer.now();
  const readings = (): RingReading[] => (writes === 'unread' ? [] : [reading(0, 7), reading(made.session.writer.now(), writes === 'on' ? 8 : 7)]);
  const watch: IntegrityWatch = { guest: 'web', readings, until: async () => true, next: async () => null, stop: async () => undefined };
  const probes = new Map(probeSpecs(made.session.environment).map((spec) => [spec.name, inventedProbe(spec, probe)]));
  const scenario = createScenario({ session: made.session, selected: selectedRow('quorum-loss', async () => undefined), signal: made.session.signal, probes, integrity: new Map([['web', watch]]) });
  await followServiceReturn(scenario, since, 'the return of n3', 500);
  expect(made.events().filter((event) => event.kind === 'expectation')).toMatchObject([{ title: 'web serves and writes again after the return of n3', ok, detail: expect.stringMatching(detail) }]);
  expect(made.events().filter((event) => event.kind === 'measured').map(({ name }) => name)).toEqual(ok === true ? ['recovery'] : []);
});

test('a guest that nothing asks is not said to be gone', async () => {
  const made = testBench({ environment: { guests: [{ name: 'web', id: 'web', kind: 'vm', address: '192.0.2.80', probes: [] }] } });
  await followServiceReturn(createScenario({ session: made.session, selected: selectedRow('quorum-loss', async () => undefined), signal: made.session.signal, probes: new Map(), integrity: new Map() }), 0, 'the return of n3', 500);
  expect(expectations(made.events())).toEqual({ 'web serves and writes again after the return of n3': null });
});

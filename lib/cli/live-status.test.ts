import { expect, test } from 'vitest';
import type { LiveFigures } from './live-probe.ts';
import { sayPause, sayProbe, sayStatus } from './live-status.ts';
import type { LiveState, ShownProbe } from './live-status.ts';

const answering = (name: string): ShownProbe => ({ name, limitMs: 60_000, figures: { rttMs: 0.4123, due: 500, unanswered: 3, silentMs: 0, unsentMs: 0, blind: null } });
const silent = (silentMs: number, limitMs: number | null): ShownProbe => ({ name: 'web.icmp', limitMs, figures: { rttMs: null, due: 500, unanswered: 500, silentMs, unsentMs: 0, blind: null } });
const blind = (now: boolean): LiveFigures['blind'] => ({ lastedMs: 60_000, reason: 'the engine died', now });
const unsent = (more: Partial<LiveFigures>): ShownProbe => ({ name: 'web.icmp', limitMs: 60_000, figures: { ...answering('').figures, unsentMs: 12_300, ...more } });
const state: LiveState = { scenario: 'node-failure.web.worker.r1', since: 10_000, step: 'Cut the power of n2', stepSince: 40_000, note: 'n2 is fenced', ended: 2, planned: 8, runSince: 0, expectedMs: 54_000, expectedRunMs: 480_000, probes: [] };

test.each([
  [answering('web.icmp'), 'web.icmp: 0.41 ms, 3 of the last 500 unanswered'],
  [{ ...answering('web.icmp'), figures: { ...answering('').figures, rttMs: null, due: 0, unanswered: 0 } }, 'web.icmp: no answer yet'],
  [silent(12_300, 60_000), 'web.icmp: silent for 12.3 s, 47.7 s to the limit of 1 min 00 s'],
  [silent(70_000, 60_000), 'web.icmp: silent for 1 min 10 s, beyond the limit of 1 min 00 s'],
  [silent(900, null), 'web.icmp: silent for 900 ms'],
  [unsent({}), 'web.icmp: no probe sent for 12.3 s'],
  [unsent({ silentMs: 5000 }), 'web.icmp: no probe sent for 12.3 s, silent for 5.0 s before'],
  [unsent({ blind: blind(true) }), 'web.icmp: no probe sent for 12.3 s, blind for 1 min 00 s (the engine died) before'],
  [unsent({ unsentMs: 0, blind: { lastedMs: 60_000, now: true, reason: 'no \u001B[2Kcarrier' } }), 'web.icmp: blind for 1 min 00 s (no \u{FFFD}[2Kcarrier)'],
  [unsent({ unsentMs: 0, silentMs: 5000, blind: blind(true) }), 'web.icmp: blind for 1 min 00 s (the engine died)'],
  [unsent({ unsentMs: 0, blind: blind(false) }), 'web.icmp: 0.41 ms, 3 of the last 500 unanswered, blind for 1 min 00 s (the engine died)'],
])('a probe is said in words: %#', (probe, words) => {
  expect(sayProbe(probe)).toBe(words);
});

test('the scenario stands with its time and what is expected of it, then the step, then the probes, silent ones first', () => {
  const probes = [...['a', 'b', 'c', 'd'].map(answering), silent(5000, 60_000)];
  expect(sayStatus({ ...state, probes }, 44_000)).toEqual([
    '[3/8] node-failure.web.worker.r1  34 s of about 54 s; run 44 s of about 8 min 00 s',
    '  Cut the power of n2  4 s: n2 is fenced',
    '  web.icmp: silent for 5.0 s, 55.0 s to the limit of 1 min 00 s',
    ...['a', 'b', 'c'].map((name) => `  ${name}: 0.41 ms, 3 of the last 500 unanswered`),
    '  and 1 more probe',
  ]);
});

test('a probe that is blind, or does not send, stands before those that answer', () => {
  const sight = [unsent({}), unsent({ unsentMs: 0, blind: blind(true) })].map((probe, index) => ({ ...probe, name: `dead.${index}` }));
  const lines = sayStatus({ ...state, probes: [...['a', 'b', 'c', 'd'].map(answering), ...sight] }, 44_000);
  expect(lines.slice(2, 4).map((line) => line.split(':')[0])).toEqual(['  dead.0', '  dead.1']);
});

test('between scenarios there is no live line, and what is not known is left out', () => {
  expect(sayStatus({ ...state, scenario: '' }, 44_000)).toEqual([]);
  expect(sayPause(state, 44_000)).toBe('[2/8] no scenario is under way; run 44 s of about 8 min 00 s');
  expect(sayStatus({ ...state, step: '', expectedMs: null, expectedRunMs: null }, 44_000)).toEqual(['[3/8] node-failure.web.worker.r1  34 s; run 44 s']);
});

import { describe, expect, test } from 'vitest';
import { openStateRecorder } from './state-recorder.ts';
import type { StateBounds, StateRecorder } from './state-recorder.ts';

const open = (bounds?: StateBounds): StateRecorder => openStateRecorder({ title: 'A part over time', file: 'part.jsonl' }, (path, text) => (path === 'round' ? null : text), bounds);
/** A reading that takes 1 ns. */
const at = (ns: number): { fromNs: number; toNs: number } => ({ fromNs: ns, toNs: ns + 1 });
const briefly = (recorder: StateRecorder, since = 0) => recorder.since(since).lines.map(({ lastBeforeNs, firstAfterNs, changed, unreadable }) => [lastBeforeNs, firstAfterNs, unreadable ?? changed.join('; ')]);

describe('a state over time', () => {
  test('is kept when it changed, with the last reading that showed it as before', () => {
    const recorder = open();
    for (const [ns, state] of [[10, 'up'], [20, 'up'], [30, 'up'], [40, 'down'], [50, 'down']] as const) recorder.read('GET /part', at(ns), { state, round: ns });
    expect(recorder.since(0)).toEqual({ title: 'A part over time', file: 'part.jsonl', leftOut: 0, lines: [
      { of: 'GET /part', lastBeforeNs: null, firstAfterNs: 11, lastSeenNs: 30, changed: [], state: { state: 'up', round: 10 } },
      { of: 'GET /part', lastBeforeNs: 30, firstAfterNs: 41, lastSeenNs: 50, changed: ['state: up -> down'], state: { state: 'down', round: 40 } },
    ] });
    expect(recorder.newestNs('GET /part')).toBe(50);
    expect(recorder.newestNs('GET /other')).toBeNull();
  });

  test('a silence is a line with its reason, and so is its end, though nothing changed meanwhile', () => {
    const recorder = open();
    recorder.read('p', at(10), { state: 'up' });
    recorder.failed('p', at(20), 'no route');
    recorder.failed('p', at(30), 'no route');
    recorder.failed('p', at(40), 'refused');
    recorder.read('p', at(50), { state: 'up' });
    recorder.read('p', at(60), { state: 'up' });
    expect(briefly(recorder)).toEqual([[null, 11, ''], [10, 21, 'no route'], [30, 41, 'refused'], [40, 51, '']]);
    expect(recorder.since(0).lines.map(({ state }) => state)).toEqual([{ state: 'up' }, undefined, undefined, undefined]);
    expect(recorder.since(0).lines.at(-1)?.lastSeenNs).toBe(60);
  });

  test('a change behind a silence is told against what was known before it', () => {
    const recorder = open();
    recorder.read('p', at(10), { state: 'up' });
    recorder.failed('p', at(20), 'no route');
    recorder.read('p', at(30), { state: 'down' });
    expect(briefly(recorder).at(-1)).toEqual([20, 31, 'state: up -> down']);
  });

  test('an answer that came late does not bring back an older state', () => {
    const recorder = open();
    recorder.read('p', { fromNs: 10, toNs: 11 }, { state: 'up' });
    recorder.read('p', { fromNs: 30, toNs: 31 }, { state: 'down' });
    recorder.read('p', { fromNs: 20, toNs: 40 }, { state: 'up' });
    expect(briefly(recorder)).toHaveLength(2);
  });

  test('what was in force at a moment is told whole, with all that came after it, and nothing older', () => {
    const recorder = open();
    recorder.read('p', at(10), { state: 'a' });
    recorder.read('p', at(20), { state: 'b' });
    recorder.failed('p', at(30), 'no route');
    recorder.failed('p', at(50), 'no route');
    recorder.read('p', at(60), { state: 'c' });
    recorder.read('q', at(15), { state: 'long ago' });
    expect(briefly(recorder, 40)).toEqual([[10, 21, 'state: a -> b'], [20, 31, 'no route'], [50, 61, 'state: b -> c']]);
    expect(briefly(recorder, 100)).toEqual([]);
  });

  test('of too much the newest whole answers stay, and every change', () => {
    const recorder = open({ characters: 59, lines: 100 });
    for (let ns = 10; ns <= 50; ns += 10) recorder.read('p', at(ns), { state: `state ${ns}` });
    expect(recorder.since(0).lines.map(({ state }) => state)).toEqual([...Array.from({ length: 3 }, () => 'left out: too much came after it'), { state: 'state 40' }, { state: 'state 50' }]);
    expect(briefly(recorder).map(([, , changed]) => changed)).toEqual(['', 'state: state 10 -> state 20', 'state: state 20 -> state 30', 'state: state 30 -> state 40', 'state: state 40 -> state 50']);
  });

  test('of too many lines the newest stay, and how many are missing is said of the time that is asked for', () => {
    const recorder = open({ characters: 1000, lines: 2 });
    for (let ns = 10; ns <= 50; ns += 10) recorder.read('p', at(ns), { state: ns });
    expect(briefly(recorder).map(([, ns]) => ns)).toEqual([41, 51]);
    expect([recorder.since(0).leftOut, recorder.since(25).leftOut, recorder.since(35).leftOut]).toEqual([3, 1, 0]);
  });
});

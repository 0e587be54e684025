import { describe, expect, test } from 'vitest';
import type { Beat } from '../record/beats.ts';
import { longestBeatGap, longestStandstill } from './heartbeat.ts';

/** A reading each 100 ms, answered after 2 ms; the guest beats each 50 ms, and stands still between the two moments (ms). */
function beats({ stillFrom = Number.POSITIVE_INFINITY, stillTo = Number.POSITIVE_INFINITY, until = 2000 } = {}): Beat[] {
  const found: Beat[] = [];
  for (let atMs = 0; atMs <= until; atMs += 100) {
    const lived = atMs - Math.max(0, Math.min(atMs, stillTo) - stillFrom);
    const answers = atMs < stillFrom || atMs >= stillTo;
    if (answers) found.push({ from: atMs * 1e6, to: (atMs + 2) * 1e6, boot: 'a', beat: Math.floor(lived / 50), uptimeMs: Math.floor(lived) });
  }
  return found;
}

describe('a guest\'s heartbeat', () => {
  test('that goes on has no gap beyond its readings, and its clock never stood', () => {
    expect(longestBeatGap(beats(), { start: 0, end: 1900e6 })?.hi).toBeLessThanOrEqual(210);
    expect(longestStandstill(beats(), { start: 0, end: 1900e6 })).toEqual({ lo: 0, hi: 3 });
  });

  test('of a guest that was paused shows the pause by its sequence and by its clock', () => {
    const paused = beats({ stillFrom: 730, stillTo: 1130 });
    const gap = longestBeatGap(paused, { start: 0, end: 1900e6 });
    expect(gap?.hi).toBeGreaterThanOrEqual(400);
    const still = longestStandstill(paused, { start: 0, end: 1900e6 });
    expect(still?.lo).toBeLessThanOrEqual(400);
    expect(still?.lo).toBeGreaterThan(390);
    expect(still?.hi).toBeGreaterThanOrEqual(400);
  });

  test.each([
    ['for good: nobody read a beat until the end', { until: 500 }, 598_000],
    ['and came back', { stillFrom: 500, stillTo: 598_000, until: 600_000 }, 597_000],
  ])('of a guest that died %s', (_, life, atLeastMs) => {
    const gap = longestBeatGap(beats(life), { start: 0, end: 600_000e6 });
    expect(gap?.lo).toBe(0);
    expect(gap?.hi).toBeGreaterThanOrEqual(atLeastMs);
  });

  test('that is read until shortly before the end of the window has no more than that added', () => {
    expect(longestBeatGap(beats(), { start: 0, end: 2090e6 })?.hi).toBeLessThanOrEqual(210);
  });

  test('says nothing across a restart, or where it was not read twice', () => {
    const [first, second] = beats();
    if (first === undefined || second === undefined) throw new Error('no readings were made');
    expect(longestStandstill([first, { ...second, boot: 'b' }], { start: 0, end: 1e9 })).toBeNull();
    expect(longestStandstill([first, { ...second, uptimeMs: null }], { start: 0, end: 1e9 })).toBeNull();
    expect(longestBeatGap([first], { start: 0, end: 1e9 })).toBeNull();
  });
});

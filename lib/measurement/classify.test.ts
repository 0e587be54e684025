import { describe, expect, test } from 'vitest';
import { classes, classify, defaultLateAfterMs } from './classify.ts';
import { makeSeries } from './testing.ts';

const thresholds = { lateAfterMs: 100, waitMs: 10_000 };

describe('classes of probes', () => {
  test('answered, late and lost are told apart by the time of the right answer', () => {
    const series = makeSeries([
      { atMs: 0, rttMs: 100 }, { atMs: 10, rttMs: 100.1 }, { atMs: 20, rttMs: 10_000 }, { atMs: 30, rttMs: 10_001 }, { atMs: 40, rttMs: null }, { atMs: 50, rttMs: 1, ok: false },
    ]);
    expect([...classify(series, thresholds)]).toEqual([classes.answered, classes.late, classes.late, classes.lost, classes.lost, classes.lost]);
  });

  test('a probe that may still be answered when the recording ends is pending', () => {
    const series = makeSeries([{ atMs: 800, rttMs: null }, { atMs: 950, rttMs: null }, { atMs: 960 }], { endMs: 1000 });
    expect([...classify(series, thresholds)]).toEqual([classes.lost, classes.pending, classes.answered]);
  });

  test('what was sent while the prober was blind proves nothing, unless it was answered in time', () => {
    const blind = [{ fromNs: 60e6, toNs: 75e6, reason: 'made' }, { fromNs: 20e6, toNs: 40e6, reason: 'made' }];
    const series = makeSeries([{ atMs: 10, rttMs: null }, { atMs: 20, rttMs: null }, { atMs: 30, rttMs: 500 }, { atMs: 35 }, { atMs: 40, rttMs: null }, { atMs: 70, rttMs: 1, ok: false }, { atMs: 80, rttMs: 500 }], { blind });
    expect([...classify(series, thresholds)]).toEqual([classes.lost, classes.pending, classes.pending, classes.answered, classes.lost, classes.pending, classes.late]);
  });

  test('lateness is ten times the usual round trip, and never below 100 ms', () => {
    expect(defaultLateAfterMs([0.3, 0.4])).toBe(100);
    expect(defaultLateAfterMs([25, 30])).toBe(300);
    expect(defaultLateAfterMs([])).toBe(100);
  });
});

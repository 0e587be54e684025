import { describe, expect, test } from 'vitest';
import type { Calibration } from '../record/calibration.ts';
import { distrust, evaluateCalibration } from './calibration.ts';
import type { CalibratedTarget } from './calibration.ts';
import { makeSeries } from './testing.ts';

/** A target probed on the grid of `everyMs`, said to be probed every `periodMs`; what is sent in [from, to) is lost. */
function target(everyMs: number, [from, to]: [number, number], { periodMs = 10, truth = [from, to] as [number, number] } = {}): CalibratedTarget {
  const probes = Array.from({ length: Math.floor(1000 / everyMs) }, (_, slot) => ({ atMs: slot * everyMs, rttMs: slot * everyMs >= from && slot * everyMs < to ? null : 0.1 }));
  const dropped = probes.filter(({ rttMs }) => rttMs === null).length;
  return { series: makeSeries(probes, { periodMs }), windows: [{ fromNs: truth[0] * 1e6, toNs: truth[1] * 1e6, dropped }] };
}
const calibration = (figures: ReturnType<typeof evaluateCalibration>): Calibration => ({ engine: 'e', engineReason: '', method: '', tookMs: 1, ...figures });

describe('what synthetic outages say about the prober', () => {
  test('a prober that keeps its grid can judge limits from two periods on', () => {
    const figures = evaluateCalibration([target(10, [203, 257]), target(10, [401, 444])], 10);
    expect(figures).toMatchObject({ periodMs: 10, outages: 2, seen: 2, within: 2, outsideMs: 0, finestLimitMs: 20, falseLosses: 0, dropped: 9, lost: 9, sendGapMs: { p99: 10, max: 10 } });
    expect(figures.errorMs.max).toBeCloseTo(4, 6);
    expect(figures.widthMs.max).toBeCloseTo(20, 6);
    expect(distrust('icmp', calibration(figures))).toBeNull();
  });

  test('one that sends less often than it should can judge only coarser limits', () => {
    expect(evaluateCalibration([target(16, [203, 257])], 10)).toMatchObject({ within: 1, widthMs: { p95: 32 }, finestLimitMs: 32 });
  });

  test('what the machine adds is added to the periods of a run that probes less often than was calibrated', () => {
    expect(evaluateCalibration([target(16, [203, 257])], 500)).toMatchObject({ periodMs: 10, finestLimitMs: 1012 });
  });

  test('one whose bounds do not hold the truth is not trusted', () => {
    const figures = evaluateCalibration([target(10, [203, 257], { truth: [203, 290] }), target(10, [203, 257])], 10);
    expect(figures).toMatchObject({ within: 1, outages: 2 });
    expect(distrust('icmp', calibration(figures))).toBe('1 of 2 synthetic outages did not have their true length within the measured bounds, by up to 27.00 ms');
  });

  test('nor is one that loses what nobody dropped', () => {
    const lossy = target(10, [203, 257]);
    lossy.series.samples.receivedNs[60] = Number.NaN;
    const figures = evaluateCalibration([lossy, target(10, [401, 444])], 10);
    expect(figures).toMatchObject({ within: 2, falseLosses: 1 });
    expect(distrust('icmp', calibration(figures))).toBe('it called 1 probe lost or late where nothing was dropped');
  });

  test('nor is one that stops to look: no icmp that saw few of them, and no limit finer than what may go unseen', () => {
    const dead = target(10, [203, 257]);
    dead.series = makeSeries(Array.from({ length: 30 }, (_, slot) => ({ atMs: slot * 10, rttMs: slot * 10 >= 203 && slot * 10 < 257 ? null : 0.1 })), { periodMs: 10 });
    dead.windows = [{ fromNs: 203e6, toNs: 257e6, dropped: 5 }, ...[400, 500, 600, 700, 800, 900].map((at) => ({ fromNs: at * 1e6, toNs: (at + 54) * 1e6, dropped: 0 }))];
    const figures = evaluateCalibration([dead], 10);
    expect(figures).toMatchObject({ outages: 7, seen: 1 });
    // What is not seen is told to be as wide as it may have been: no limit of such a length is judged.
    expect(figures.finestLimitMs).toBeGreaterThan(54);
    expect(distrust('icmp', calibration(figures))).toBe('it saw only 1 of 7 synthetic outages');
    expect(distrust('http', calibration(figures))).toBeNull();
  });

  test('nor is one that sees nothing', () => {
    expect(distrust('icmp', calibration(evaluateCalibration([target(10, [203, 203], { truth: [203, 206] })], 10)))).toBe('it saw none of 1 synthetic outages');
  });
});

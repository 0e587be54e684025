import { array, assert, constant, double, oneof, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { factsOf, scenarioId as scenario } from '../../judgement/testing.ts';
import { makeSeries } from '../../measurement/testing.ts';
import type { MadeProbe } from '../../measurement/testing.ts';
import { measureWindow } from '../../measurement/window.ts';
import { stripCutter } from './strip-data.ts';
import type { Strip } from './strip-data.ts';

const lateAfterMs = 100;
/** Probes every 10 ms from 0 to `toMs`, with what comes back of the one sent then; undefined: it was not sent. */
const probes = (toMs: number, answer: (ms: number) => number | null | undefined): MadeProbe[] => Array.from({ length: toMs / 10 }, (_, index) => index * 10).flatMap((atMs) => { const rttMs = answer(atMs); return rttMs === undefined ? [] : [{ atMs, rttMs }]; });
const cut = (series: ReturnType<typeof makeSeries>, [startMs, endMs]: [number, number], originMs = startMs, facts = factsOf([])): Strip => stripCutter(series, facts, lateAfterMs)({ start: startMs * 1e6, end: endMs * 1e6 }, originMs * 1e6);
const within = (ms: number, from: number, to: number): boolean => ms >= from && ms < to;

describe('a strip', () => {
  test('holds what was lost and late, in seconds since its moment 0, and counts it', () => {
    const strip = cut(makeSeries(probes(10_000, (ms) => (within(ms, 4200, 5000) ? null : within(ms, 5000, 5050) ? 250 : 0.3))), [4000, 9000]);
    expect(strip.lost).toEqual([{ x1: 0.2, x2: 1 }]);
    expect(strip.late).toEqual([{ x1: 1, x2: 1.05 }]);
    expect(strip).toMatchObject({ span: { x1: -4, x2: 5 }, begin: 0, blind: [], unrecorded: [], counts: { sent: 500, lost: 80, late: 5 } });
  });

  test('has as many lost and late probes as the figures of the same window, whatever was recorded', () => {
    const probe = record({ rttMs: oneof({ weight: 5, arbitrary: double({ min: 0.2, max: 2, noNaN: true }) }, { weight: 1, arbitrary: constant(null) }, { weight: 1, arbitrary: constant(250) }, { weight: 1, arbitrary: constant(undefined) }) });
    assert(property(array(probe, { minLength: 1, maxLength: 600 }), (made) => {
      const series = makeSeries(made.flatMap(({ rttMs }, index) => (rttMs === undefined ? [] : [{ atMs: index * 10, rttMs }])));
      const { sent, lost, late } = measureWindow(series, 1e9, 4e9, { lateAfterMs, waitMs: 10_000 });
      expect(cut(series, [1000, 4000]).counts).toEqual({ sent, lost, late });
    }), { numRuns: 50 });
  });

  test('shows time in which nobody looked as blind, also amid a loss, and never as lost or well', () => {
    const strip = cut(makeSeries(probes(10_000, (ms) => (within(ms, 5000, 6000) || within(ms, 8000, 8300) ? undefined : within(ms, 4200, 7000) ? null : 0.3))), [4000, 9000]);
    expect(strip.lost).toEqual([{ x1: 0.2, x2: 1 }, { x1: 2, x2: 3 }]);
    expect(strip.blind).toEqual([{ x1: 1, x2: 2 }, { x1: 4, x2: 4.3 }]);
  });

  test('shows as blind what the events tell of its probe alone, and probes of which nobody can say', () => {
    const told = (probe: string): ReturnType<typeof factsOf> => factsOf([{ kind: 'prober-blind', scenario, probe, from: 5e9, to: 5.5e9, reason: 'the engine died' }]);
    const series = makeSeries(probes(10_000, () => 0.3));
    expect(cut(series, [4000, 9000], 4000, told('web.icmp')).blind).toEqual([{ x1: 1, x2: 1.5 }]);
    expect(cut(series, [4000, 9000], 4000, told('dns.icmp')).blind).toEqual([]);
    const pending = cut(makeSeries(probes(5000, (ms) => (ms < 4950 ? 0.3 : null)), { endMs: 5000 }), [4000, 5000]);
    expect(pending).toMatchObject({ lost: [], blind: [{ x1: 0.95, x2: 1 }], counts: { sent: 95, lost: 0, late: 0 } });
  });

  test('names the stretches that hold no sample, with the reason', () => {
    const series = makeSeries(probes(6000, (ms) => (ms < 5000 ? undefined : 0.3)));
    expect(cut(series, [4000, 9000]).unrecorded).toEqual([{ x1: 0, x2: 1, reason: 'no probe was sent yet' }, { x1: 2, x2: 5, reason: 'no probe was sent' }]);
    expect(cut({ ...series, complete: false }, [4000, 9000]).unrecorded[1]?.reason).toBe('the recording was cut off');
    expect(cut(makeSeries([]), [4000, 9000])).toMatchObject({ span: { x1: 0, x2: 5 }, unrecorded: [{ x1: 0, x2: 5 }], counts: { sent: 0 } });
  });

  test('ends with its window, so that the next leg is not in it, and keeps at most five seconds before its moment 0', () => {
    const strip = cut(makeSeries(probes(30_000, (ms) => (within(ms, 1000, 2000) || within(ms, 18_000, 19_000) || within(ms, 25_000, 26_000) ? null : 0.3))), [19_000, 24_000], 20_000);
    expect(strip).toMatchObject({ span: { x1: -5, x2: 4 }, begin: -1, lost: [{ x1: -2, x2: -1 }], counts: { lost: 0 } });
  });
});

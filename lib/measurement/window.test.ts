import { describe, expect, test } from 'vitest';
import { makeSeries } from './testing.ts';
import type { MadeProbe } from './testing.ts';
import { measureWindow } from './window.ts';

const thresholds = { lateAfterMs: 100, waitMs: 10_000 };

/** A probe every 10 ms from 0 to `untilMs`; `change` alters those it names. */
function grid(untilMs: number, change: (atMs: number) => Partial<MadeProbe> | null = () => ({})): MadeProbe[] {
  return Array.from({ length: untilMs / 10 }, (_, index) => index * 10).flatMap((atMs) => {
    const changed = change(atMs);
    return changed === null ? [] : [{ atMs, rttMs: 0.5, ...changed }];
  });
}
const between = (from: number, to: number, change: Partial<MadeProbe> | null) => (atMs: number) => (atMs >= from && atMs <= to ? change : {});
const measure = (probes: MadeProbe[], startMs = 0, endMs = 1000, options = {}) => measureWindow(makeSeries(probes, options), startMs * 1e6, endMs * 1e6, thresholds);

describe('a window without losses', () => {
  test('cannot exclude an outage shorter than its grid', () => {
    expect(measure(grid(1000))).toMatchObject({
      sent: 100, answered: 100, late: 0, lost: 0, duplicates: 0, blindMs: 0, outage: { lo: 0, hi: 10 }, outages: [],
      rttMs: { min: 0.5, median: 0.5, p95: 0.5, p99: 0.5, max: 0.5 }, sendGapMs: { p99: 10, max: 10 },
    });
  });

  test('answers that were held back widen it by the delay', () => {
    expect(measure(grid(1000, (atMs) => (atMs >= 500 && atMs <= 560 ? { rttMs: 560.5 - atMs } : {}))).outage).toEqual({ lo: 0, hi: 70 });
  });

  test('one slow answer that the next overtook does not: the path worked', () => {
    expect(measure(grid(1000, between(500, 500, { rttMs: 60.5 }))).outage).toEqual({ lo: 0, hi: 20 });
  });
});

describe('an outage', () => {
  test('lies between the lost probes and the answered ones around them', () => {
    expect(measure(grid(1000, between(300, 500, { rttMs: null })))).toMatchObject({
      sent: 100, answered: 79, lost: 21, outage: { lo: 200, hi: 220 }, outages: [{ startedAtNs: 300e6, lo: 200, hi: 220, lost: 21, late: 0 }],
    });
  });

  test('wrong answers are part of it', () => {
    expect(measure(grid(1000, between(300, 500, { ok: false })))).toMatchObject({ lost: 21, outage: { lo: 200, hi: 220 } });
  });

  test('ends with the first late answer, plus or minus one period', () => {
    const held = grid(1000, (atMs) => (atMs >= 300 && atMs < 550 ? { rttMs: 550.5 - atMs } : {}));
    expect(measure(held)).toMatchObject({ lost: 0, late: 16, outage: { lo: 240, hi: 270 }, outages: [{ startedAtNs: 300e6, lost: 0, late: 16 }] });
  });

  test('ends there as well when the probes before its end were held for less than the threshold, and little else was sent', () => {
    const held = grid(1000, (atMs) => (atMs >= 300 && atMs < 560 ? { rttMs: 560.07 - atMs } : { rttMs: 0.05 }));
    const { outage } = measure(held);
    expect(outage.lo).toBeCloseTo(250, 5);
    expect(outage.hi).toBeCloseTo(280, 5);
  });

  test('lost probes and late ones behind them are one outage with both counts', () => {
    const dropped = grid(1000, (atMs) => (atMs >= 300 && atMs < 400 ? { rttMs: null } : atMs >= 400 && atMs < 600 ? { rttMs: 600.5 - atMs } : {}));
    expect(measure(dropped)).toMatchObject({ lost: 10, late: 11, outage: { lo: 290, hi: 320 }, outages: [{ lost: 10, late: 11 }] });
  });

  test('a path that is slow without pause is no outage of the whole time, although all answers are late', () => {
    const { outage, late } = measure(grid(1000, between(200, 900, { rttMs: 150.5 })));
    expect(late).toBe(71);
    expect(outage).toEqual({ lo: 140, hi: 170 });
  });

  test('the longest one is the figure of the window, and all are listed', () => {
    const { outage, outages } = measure(grid(1000, (atMs) => ((atMs >= 100 && atMs <= 150) || (atMs >= 600 && atMs <= 700) ? { rttMs: null } : {})));
    expect(outage).toEqual({ lo: 100, hi: 120 });
    expect(outages.map(({ lo, hi, lost }) => [lo, hi, lost])).toEqual([[50, 70, 6], [100, 120, 11]]);
  });

  test('without an answer behind it, or before it, has no upper bound', () => {
    expect(measure(grid(1000, between(500, 990, { rttMs: null }))).outage).toEqual({ lo: 490, hi: null });
    expect(measure(grid(1000, between(0, 490, { rttMs: null }))).outage).toEqual({ lo: 490, hi: null });
    expect(measure(grid(1000, () => ({ rttMs: null })))).toMatchObject({ answered: 0, lost: 100, outage: { lo: 990, hi: null } });
  });

  test('pending probes at the end of the recording are no outage', () => {
    expect(measure(grid(1000, between(950, 990, { rttMs: null })), 0, 1000, { endMs: 1000 })).toMatchObject({ sent: 95, lost: 0, outage: { lo: 0, hi: 10 } });
  });
});

describe('blind time', () => {
  test('widens the figure and does not count as loss', () => {
    expect(measure(grid(1000, between(300, 500, null)))).toMatchObject({ sent: 79, lost: 0, blindMs: 210, outage: { lo: 0, hi: 220 } });
  });

  test('does not join two losses into one proven outage', () => {
    const { outage } = measure(grid(1000, (atMs) => (atMs >= 300 && atMs <= 320 ? { rttMs: null } : atMs > 320 && atMs < 700 ? null : atMs >= 700 && atMs <= 750 ? { rttMs: null } : {})));
    expect(outage).toEqual({ lo: 50, hi: 470 });
  });

  test('a short hiccup of the prober within an outage does not split it', () => {
    expect(measure(grid(1000, (atMs) => (atMs >= 400 && atMs <= 450 ? null : atMs >= 300 && atMs <= 700 ? { rttMs: null } : {}))).outage).toEqual({ lo: 400, hi: 420 });
  });

  test('covers the parts of the window before the first and after the last probe', () => {
    expect(measure(grid(500), -200, 1000)).toMatchObject({ sent: 50, blindMs: 700, outage: { lo: 0, hi: 500 } });
    // What was recorded as blind there is the same time, and counts once.
    const before = { fromNs: -200e6, toNs: -5e6, reason: 'the route was lost' };
    expect(measure(grid(500), -200, 500, { blind: [before] })).toMatchObject({ sent: 50, blindMs: 200, unknown: 20, blind: [{ reason: 'the route was lost' }] });
  });

  test('leaves unknown what was not sent in it and what was sent and not answered, and nothing that was answered', () => {
    const stall = { fromNs: 300e6, toNs: 302e6, reason: 'the prober was not scheduled while it sent' };
    expect(measure(grid(1000), 0, 1000, { blind: [stall] })).toMatchObject({ blindMs: 2, lost: 0, unknown: 0 });
    expect(measure(grid(1000, between(300, 300, { rttMs: null })), 0, 1000, { blind: [stall] })).toMatchObject({ lost: 0, unknown: 1 });
    const refused = makeSeries(grid(1000, between(300, 300, null)), { blind: [stall] });
    for (let row = 30; row < refused.samples.length; row++) refused.samples.seq[row] = row + 1;
    expect(measureWindow(refused, 0, 1000e6, thresholds)).toMatchObject({ lost: 0, unknown: 1 });
    expect(measure(grid(1000, between(300, 500, null)))).toMatchObject({ lost: 0, unknown: 21 });
    expect(measure(grid(1000, between(300, 500, null)), 450, 1000)).toMatchObject({ lost: 0, unknown: 6 });
    expect(measure(grid(1000, between(300, 500, null)), 0, 350)).toMatchObject({ lost: 0, unknown: 5 });
    expect(measure(grid(500), -200, 1000)).toMatchObject({ sent: 50, unknown: 70 });
    expect(measure([], 0, 1000)).toMatchObject({ sent: 0, unknown: 100 });
  });

  test('counts the slots that were left out by the sequence, however late the next one went', () => {
    const series = makeSeries(grid(1000, (atMs) => (atMs === 310 || atMs === 320 ? null : atMs === 330 ? { atMs: 339 } : {})));
    for (let row = 31; row < series.samples.length; row++) series.samples.seq[row] = row + 2;
    expect(measureWindow(series, 0, 1000e6, thresholds)).toMatchObject({ blindMs: 29, unknown: 2 });
  });

  test('what was sent just before the recording ended and is not answered yet is unknown', () => {
    expect(measure(grid(1000, between(980, 990, { rttMs: null })), 0, 1000, { endMs: 1000 })).toMatchObject({ sent: 98, lost: 0, unknown: 2 });
  });

  test('is everything when nothing was sent', () => {
    expect(measure([], 0, 1000)).toMatchObject({ sent: 0, blindMs: 1000, outage: { lo: 0, hi: null }, outages: [] });
  });
});

describe('the edges of a window', () => {
  const series = grid(2000, between(500, 1200, { rttMs: null }));
  test('an outage that began before or ends behind it is reported whole, while only its own probes are counted', () => {
    expect(measure(series, 1000, 2000)).toMatchObject({ sent: 100, lost: 21, outage: { lo: 700, hi: 720 }, outages: [{ startedAtNs: 500e6, lost: 71 }] });
    expect(measure(series, 0, 600)).toMatchObject({ sent: 60, lost: 10, outage: { lo: 700, hi: 720 } });
    expect(measure(series, 700, 800)).toMatchObject({ sent: 10, lost: 10, answered: 0, outage: { lo: 700, hi: 720 } });
  });

  test('an outage of a neighbouring window is left to it', () => {
    expect(measure(series, 0, 495)).toMatchObject({ lost: 0, outage: { lo: 0, hi: 10 }, outages: [] });
    expect(measure(series, 1205, 2000)).toMatchObject({ lost: 0, outage: { lo: 0, hi: 10 }, outages: [] });
  });
});

test('duplicates are counted and are no loss', () => {
  expect(measure(grid(100, between(50, 60, { duplicates: 2 })), 0, 100)).toMatchObject({ sent: 10, lost: 0, duplicates: 4, outage: { hi: 10 } });
});

describe('a machine that slept while it probed', () => {
  // Noticed at 600 ms, 200 ms after the comparison before: 5 s are on no clock of the samples.
  const slept = { blind: [{ fromNs: 400e6, toNs: 5600e6, reason: 'this machine was suspended for 5000 ms' }] };

  test('may have missed an outage of that length, although every probe is answered', () => {
    expect(measure(grid(1000), 0, 1000, slept)).toMatchObject({ lost: 0, outages: [], outage: { lo: 0, hi: 5210 } });
    expect(measure(grid(1000), 0, 300, slept)).toMatchObject({ outage: { hi: 10 } });
  });

  test('cannot say how long an outage was that it slept in, and calls no probe of it lost', () => {
    const { lost, unknown, outage } = measure(grid(1000, between(450, 700, { rttMs: null })), 0, 1000, slept);
    expect({ lost, unknown }).toEqual({ lost: 0, unknown: 26 });
    expect(outage.hi).toBeGreaterThanOrEqual(5000 + 260);
  });

  test('may have missed more of a neighbour\'s outage than the time up to the edge', () => {
    const briefly = { blind: [{ fromNs: 341e6, toNs: 349e6, reason: 'this machine was suspended for 7 ms' }] };
    expect(measure(grid(1000, between(350, 700, { rttMs: null })), 0, 345, briefly).outage).toEqual({ lo: 0, hi: 5 + 8 });
  });
});

describe('probes of which nobody can say anything, with none answered beyond them', () => {
  const blindFrom = (fromMs: number, toMs: number) => ({ blind: [{ fromNs: fromMs * 1e6, toNs: toMs * 1e6, reason: 'a stall' }] });

  test('may be an outage up to the end of the window, or from its beginning', () => {
    expect(measure(grid(1000, between(500, 990, { rttMs: null })), 0, 1000, blindFrom(495, 1000))).toMatchObject({ lost: 0, unknown: 50, outage: { lo: 0, hi: 510 } });
    expect(measure(grid(1000, between(0, 490, { rttMs: null })), 0, 1000, blindFrom(0, 495))).toMatchObject({ lost: 0, unknown: 50, outage: { lo: 0, hi: 500.5 } });
  });

  test('leave no bound of zero to a window in which nothing was seen', () => {
    expect(measure(grid(1000, between(0, 990, { rttMs: null })), 300, 600, blindFrom(0, 1000)).outage).toEqual({ lo: 0, hi: 300 });
  });
});

test('a probe of several packets may be lost by its last one: its lower bound is less by the slowest usual answer', () => {
  const series = makeSeries(grid(1000, between(500, 600, { rttMs: null })).map((probe) => (probe.atMs === 300 ? { ...probe, rttMs: 30 } : probe)));
  const outageOf = (kind: 'icmp' | 'http') => measureWindow({ ...series, header: { ...series.header, probe: { ...series.header.probe, kind } } }, 0, 1000e6, thresholds).outage;
  expect(outageOf('icmp')).toEqual({ lo: 100, hi: 120 });
  expect(outageOf('http')).toEqual({ lo: 70, hi: 120 });
});

import { describe, expect, test } from 'vitest';
import { bootstrapQuantiles, holdAgainstTruth } from './accuracy.ts';
import { makeSeries } from './testing.ts';

const thresholds = { lateAfterMs: 100, waitMs: 1000 };
const truth = (fromMs: number, toMs: number) => ({ fromNs: fromMs * 1e6, toNs: toMs * 1e6 });
/** A probe every 10 ms for a second; those sent in one of the stretches are lost. */
const series = (...lost: [number, number][]) => makeSeries(Array.from({ length: 100 }, (_, slot) => ({ atMs: slot * 10, rttMs: lost.some(([from, to]) => slot * 10 >= from && slot * 10 < to) ? null : 0.2 })));

describe('a series held against the truth', () => {
  test('has the error of the middle, and the truth within', () => {
    const { outages, falseLosses } = holdAgainstTruth(series([203, 247], [600, 700]), [truth(203, 247), truth(600, 700)], thresholds);
    expect(falseLosses).toBe(0);
    expect(outages).toEqual([
      { truthMs: 44, seen: { lo: 30, hi: 50 }, errorMs: -4, outsideMs: 0 },
      { truthMs: 100, seen: { lo: 90, hi: 110 }, errorMs: 0, outsideMs: 0 },
    ]);
  });

  test('says how far the truth is outside', () => {
    expect(holdAgainstTruth(series([200, 300]), [truth(195, 335)], thresholds).outages[0]).toMatchObject({ outsideMs: 30 });
    expect(holdAgainstTruth(series([200, 300]), [truth(230, 260)], thresholds).outages[0]).toMatchObject({ outsideMs: 60 });
  });

  test('an outage that went unseen is outside when the prober claims to have looked', () => {
    expect(holdAgainstTruth(series(), [truth(203, 208)], thresholds).outages[0]).toMatchObject({ truthMs: 5, seen: null, errorMs: null, possibleMs: 10, outsideMs: 0 });
    expect(holdAgainstTruth(series(), [truth(203, 245)], thresholds).outages[0]?.outsideMs).toBeGreaterThan(10);
  });

  test('losses without an outage are false', () => {
    expect(holdAgainstTruth(series([203, 247], [800, 830]), [truth(203, 247)], thresholds).falseLosses).toBe(3);
  });

  test('two reported in the place of one: the longer is held against it, and none of their losses is false', () => {
    const { outages, falseLosses } = holdAgainstTruth(series([200, 230], [400, 440]), [truth(200, 440)], thresholds);
    expect(falseLosses).toBe(0);
    expect(outages).toEqual([{ truthMs: 240, seen: { lo: 30, hi: 50 }, errorMs: -200, outsideMs: 190 }]);
  });

  test('one reported in the place of two, because nobody looked between them, contains both', () => {
    const blind = { ...series([200, 230], [300, 350]), blind: [{ fromNs: 230e6, toNs: 300e6, reason: 'a stall' }] };
    blind.samples.receivedNs.fill(Number.NaN, 23, 30);
    const { outages, falseLosses } = holdAgainstTruth(blind, [truth(200, 230), truth(300, 350)], thresholds);
    expect(falseLosses).toBe(0);
    expect(outages.map(({ seen, outsideMs }) => ({ seen, outsideMs }))).toEqual([{ seen: { lo: 140, hi: 160 }, outsideMs: 0 }, { seen: { lo: 140, hi: 160 }, outsideMs: 0 }]);
  });

  test('one reported in the place of two claims too much where more lies between them than makes them one', () => {
    const reported = series([200, 450]);
    expect(holdAgainstTruth(reported, [truth(200, 230), truth(400, 450)], thresholds).outages.map(({ outsideMs }) => outsideMs)).toEqual([190, 190]);
    expect(holdAgainstTruth(reported, [truth(200, 310), truth(400, 450)], thresholds).outages.map(({ outsideMs }) => outsideMs)).toEqual([0, 0]);
  });

  test('losses a little beside an outage, with answers between, are false', () => {
    expect(holdAgainstTruth(series([203, 247], [290, 300]), [truth(203, 247)], thresholds).falseLosses).toBe(1);
  });
});

describe('bootstrap intervals', () => {
  const values = Array.from({ length: 400 }, (_, index) => index + 1);
  test('hold the quantile, are narrow for many values, and are the same each time', () => {
    const [median, p95, max] = bootstrapQuantiles(values, [0.5, 0.95, 1]);
    expect(median).toMatchObject({ value: 200 });
    // Order statistics: 95 % of binomial(400, 1/2) lie within 200 +- 20, of binomial(400, 0.95) within 380 +- 9.
    expect(median?.lo).toBeGreaterThan(174);
    expect(median?.lo).toBeLessThan(187);
    expect(median?.hi).toBeGreaterThan(213);
    expect(median?.hi).toBeLessThan(226);
    expect(p95).toMatchObject({ value: 380 });
    expect(p95?.lo).toBeGreaterThan(366);
    expect(p95?.hi).toBeLessThan(392);
    expect(max).toMatchObject({ value: 400, hi: 400 });
    expect(bootstrapQuantiles(values, [0.5])).toEqual([median]);
  });

  test('are absent for no values', () => {
    expect(bootstrapQuantiles([], [0.5])).toEqual([null]);
  });
});

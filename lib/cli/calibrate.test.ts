import { describe, expect, test } from 'vitest';
import type { Calibration } from '../record/calibration.ts';
import type { KindCalibration } from '../record/types.ts';
import { calibrationHelp, describeCalibrated, describeCalibration, objections, refuseUncalibrated } from './calibrate.ts';

const good: Calibration = {
  engine: 'icmp-koffi-raw', engineReason: '', method: 'in the kernel', periodMs: 10, outages: 500, seen: 500, within: 500, outsideMs: 0, errorMs: { median: 2.9, p95: 7.8, max: 9.6 },
  widthMs: { median: 20, p95: 20.1, max: 21 }, sendGapMs: { p99: 10.1, max: 11 }, dropped: 3400, lost: 3400, falseLosses: 0, finestLimitMs: 20, tookMs: 3600,
};
const uneven: Calibration = { ...good, finestLimitMs: 64, widthMs: { median: 32, p95: 64, max: 90 }, sendGapMs: { p99: 32, max: 50 } };
const wrong: Calibration = { ...good, within: 480, outsideMs: 12 };
const icmp = (figures: Calibration): { icmp: Calibration; kinds: KindCalibration[] } => ({ icmp: figures, kinds: [] });
const http: Calibration = { ...good, engine: 'http-node', periodMs: 100, finestLimitMs: 226, widthMs: { median: 200, p95: 226, max: 230 }, sendGapMs: { p99: 124, max: 126 } };
const withHttp = (figures: Calibration | null): { icmp: Calibration; kinds: KindCalibration[] } => ({ icmp: good, kinds: [{ kind: 'http', figures, why: figures === null ? 'the gate needs root' : null }] });

describe('limits and the calibrated prober', () => {
  test('a good one judges what two periods can tell', () => {
    expect(objections(icmp(good), { 'live-migration': { outage: 20 } }, null)).toEqual([]);
    expect(() => refuseUncalibrated(icmp(good), { 'live-migration': { outage: 20 } }, ['live-migration'])).not.toThrow();
  });

  test('a limit finer than what was calibrated is refused, with the figures, as wrong input', () => {
    expect(() => refuseUncalibrated(icmp(uneven), { 'live-migration': { outage: 40 } }, ['live-migration'])).toThrow(
      expect.objectContaining({ exitCode: 64, message: expect.stringContaining('limits.live-migration.outage of 40 ms is finer than what was calibrated here for icmp, 64 ms: at a period of 10 ms the bounds of a synthetic outage lay 64 ms apart (95 %), with up to 32 ms between two probes (99 %)') }),
    );
  });

  test('only the limits of rows that will run count, and only those of outages', () => {
    expect(objections(icmp(uneven), { 'live-migration': { outage: 40 }, 'node-failure': { outage: 60_000, lost: 3 } }, ['node-failure'])).toEqual([]);
  });

  test('a prober whose bounds do not hold the truth judges no limit', () => {
    expect(() => refuseUncalibrated(icmp(wrong), { 'node-failure': { outage: 60_000 } }, ['node-failure'])).toThrow(expect.objectContaining({ exitCode: 3, message: expect.stringContaining('20 of 500 synthetic outages did not have their true length') }));
  });

  test('a run that measures nothing by ICMP needs none', () => {
    expect(() => refuseUncalibrated({ icmp: null, kinds: [] }, { 'node-failure': { outage: 1 } }, ['node-failure'])).not.toThrow();
  });

  test('so does one that loses what nobody dropped, and then a default limit counts as well', () => {
    const lossy = icmp({ ...good, falseLosses: 2 });
    expect(objections(lossy, {}, ['node-failure'])).toEqual(['no limit can be judged by the icmp probes of this prober: it called 2 probes lost or late where nothing was dropped']);
    expect(objections(lossy, { 'cluster-health': { lost: 0 } }, ['cluster-health'])).toHaveLength(1);
    expect(objections(lossy, {}, ['cluster-health'])).toEqual([]);
  });

  test('each kind judges what it measures: a service by http, not by icmp', () => {
    const limits = { 'node-failure': { outage: 200, 'service-gap': 210 } };
    expect(objections(withHttp(http), limits, null)).toEqual([expect.stringContaining('limits.node-failure.service-gap of 210 ms is finer than what was calibrated here for http, 226 ms: at a period of 100 ms')]);
    expect(objections(withHttp({ ...http, finestLimitMs: 200 }), limits, null)).toEqual([]);
    expect(objections(withHttp({ ...http, outsideMs: 30, within: 17 }), { 'node-failure': { outage: 200 } }, ['node-failure'])).toEqual([]);
    expect(objections(withHttp({ ...http, outsideMs: 30, within: 17 }), limits, ['node-failure'])).toEqual([expect.stringContaining('no limit can be judged by the http probes')]);
  });

  test('a kind that cannot be calibrated here is said to be so, and refuses nothing', () => {
    expect(objections(withHttp(null), { 'node-failure': { 'service-gap': 200 } }, null)).toEqual([]);
    expect(describeCalibrated(withHttp(null))[1]).toBe('http is not calibrated: the gate needs root');
  });

  test('what is let pass is told in the words of --help', () => {
    expect(calibrationHelp.replaceAll('\n', ' ')).toMatch(/more than 10 % of its period and more than 0\.5 ms;.* more than 20 % of a period\./);
  });

  test('is told in one line', () => {
    expect(describeCalibration(good)).toBe('500 of 500 synthetic outages seen at 10 ms by icmp-koffi-raw, the truth of 500 within the bounds; error 2.9 ms / 7.8 ms / 9.6 ms (median, 95 %, worst), bounds 20.1 ms apart, 10.1 ms between probes (99 %); limits from 20 ms on; dropped in the kernel, took 3.6 s');
  });
});

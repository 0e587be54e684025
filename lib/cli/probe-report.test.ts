import { describe, expect, test } from 'vitest';
import { makeSeries } from '../measurement/testing.ts';
import type { MadeProbe } from '../measurement/testing.ts';
import { isoMicroseconds, measureHost, probeExitCode, probeTable } from './probe-report.ts';
import type { ProbeResult } from './probe-report.ts';

const wallAtAnchorMs = Date.UTC(2026, 10, 21, 2, 30);

function result(change: (atMs: number) => Partial<MadeProbe> | null, lateAfterMs: number | null = null): ProbeResult {
  const probes = Array.from({ length: 100 }, (_, index) => index * 10).flatMap((atMs) => {
    const changed = change(atMs);
    return changed === null ? [] : [{ atMs, rttMs: 0.5, ...changed }];
  });
  return measureHost('web', makeSeries(probes), 0, 1e9, lateAfterMs, wallAtAnchorMs);
}
const well = result(() => ({}));
const silent = result(() => ({ rttMs: null }));
const interrupted = result((atMs) => (atMs >= 300 && atMs <= 500 ? { rttMs: null } : {}));
const stopped = result((atMs) => (atMs >= 300 && atMs <= 500 ? null : {}));
const unsent = result(() => null);

describe('the document of one host', () => {
  test('has the figures and each outage with its wall clock start', () => {
    expect(interrupted.document).toMatchObject({
      host: 'web', kind: 'icmp', engine: 'made', periodMs: 10, waitMs: 10_000, lateAfterMs: 100, sent: 100, answered: 79, late: 0, lost: 21, duplicates: 0, blindMs: 0,
      outages: [{ startedAt: '2026-11-21T02:30:00.300000Z', lo: 200, hi: 220, lost: 21, late: 0 }],
    });
  });

  test('lateness follows what is usual, and an outage that queued probes does not raise it', () => {
    const queued = result((atMs) => (atMs >= 300 && atMs < 700 ? { rttMs: 700.5 - atMs } : {}));
    expect(queued.document).toMatchObject({ lateAfterMs: 100, late: 31, lost: 0 });
    expect(result(() => ({ rttMs: 30 })).document.lateAfterMs).toBeCloseTo(300, 6);
    expect(result(() => ({}), 5000).document.lateAfterMs).toBe(5000);
  });

  test('moments have microseconds, rounded once', () => {
    expect(isoMicroseconds(wallAtAnchorMs + 0.0002)).toBe('2026-11-21T02:30:00.000000Z');
    expect(isoMicroseconds(wallAtAnchorMs + 999.9998)).toBe('2026-11-21T02:30:01.000000Z');
    expect(isoMicroseconds(wallAtAnchorMs + 1.25)).toBe('2026-11-21T02:30:00.001250Z');
  });
});

const distrusted: ProbeResult = { ...well, document: { ...well.document, calibration: { engine: 'made', engineReason: '', method: 'by hand', periodMs: 10, outages: 100, seen: 15, within: 100, outsideMs: 0, errorMs: { median: 3, p95: 8, max: 9 }, widthMs: { median: 20, p95: 20, max: 20 }, sendGapMs: { p99: 10, max: 10 }, dropped: 100, lost: 100, falseLosses: 0, finestLimitMs: 20, tookMs: 1 } } };

test('figures of a prober whose calibration speaks against it are told with that', () => {
  expect(probeTable([distrusted])).toMatch(/15 of 100 synthetic outages seen[^]*NOT to be trusted: when it was calibrated, it saw only 15 of 100 synthetic outages/);
  expect(probeTable([well])).not.toContain('trusted');
});

test.each([
  ['all measured', [well, interrupted], 0],
  ['one target never answered', [well, silent], 1],
  ['the prober was blind', [well, stopped], 2],
  ['nothing could be sent', [unsent], 2],
  ['its calibration speaks against it', [well, distrusted], 2],
  ['a silent target weighs more than blindness', [stopped, silent], 1],
] as const)('exit code when %s', (_, results, code) => {
  expect(probeExitCode(results)).toBe(code);
});

describe('the table', () => {
  test('aligns its columns and says what an unseen outage may be', () => {
    const lines = probeTable([well, interrupted]).split('\n');
    expect(lines[0]).toBe('host  kind  sent  lost  late  RTT median  p99     max     longest outage    blind');
    expect(lines[1]).toBe('web   icmp  100   0     0     0.5 ms      0.5 ms  0.5 ms  0 ms to 10 ms     0 ms');
    expect(lines[2]).toBe('web   icmp  100   21    0     0.5 ms      0.5 ms  0.5 ms  200 ms to 220 ms  0 ms');
    expect(lines.join('\n')).toContain('an outage shorter than 10 ms may have gone unseen');
    expect(lines.join('\n')).toContain('  outage from 2026-11-21T02:30:00.300000Z: 200 ms to 220 ms, 21 lost, 0 late');
  });

  test('tells what to do when nothing was seen', () => {
    expect(probeTable([silent])).toContain('It never answered: check the address');
    expect(probeTable([stopped])).toMatch(/The prober was blind for 210 ms .*measure again on a machine that is less busy/);
  });

  test('lists no more outages than a person reads', () => {
    const many = result((atMs) => ((atMs / 10) % 3 === 1 ? { rttMs: null } : {}));
    expect(probeTable([many])).toContain('and 13 more outages');
  });
});

import { expect, test } from 'vitest';
import { probeKinds } from '../record/types.ts';
import type { Calibration } from '../record/calibration.ts';
import { resolutionOf, sayCalibrated, sayCalibratedOf } from './resolution.ts';

const figures: Calibration = {
  engine: 'made', engineReason: '', method: '', periodMs: 100, outages: 18, seen: 18, within: 18, outsideMs: 0, errorMs: { median: 29.04, p95: 73, max: 80 }, widthMs: { median: 200, p95: 226, max: 230 },
  sendGapMs: { p99: 124.1, max: 126 }, dropped: 57, lost: 57, falseLosses: 0, finestLimitMs: 226, tookMs: 4400,
};

test.each(probeKinds)('%s says what it can tell, who answers, and what is known of its error', (kind) => {
  const sentence = resolutionOf(kind, 100, kind === 'icmp' ? 'icmp-koffi-raw' : `${kind}-node`, sayCalibrated(figures, ''));
  expect(sentence).toMatch(new RegExp(`^${kind} every 100 ms: an outage is told to within 200 ms, one shorter than 100 ms may go unseen; .{30,}`));
  expect(sentence).toMatch(/; calibrated with 18 synthetic outages at 100 ms, 18 of them seen: error 29\.0 \/ 73\.0 \/ 80\.0 ms \(median, 95 %, worst\), 124\.1 ms between probes \(99 %\)$/);
});

test('a kind of a run is said to be calibrated only where it was itself, and else why not', () => {
  const description = { calibration: figures, calibratedKinds: [{ kind: 'http' as const, figures, why: null }, { kind: 'dns' as const, figures: null, why: 'the gate needs root' }] };
  expect((['icmp', 'http', 'dns', 'tcp'] as const).map((kind) => sayCalibratedOf(kind, description).replace(/ with.*/, ''))).toEqual(['calibrated', 'calibrated', 'not calibrated: the gate needs root', 'not calibrated: nothing was shown to it before this run']);
  expect(sayCalibratedOf('icmp', { calibration: null })).toMatch(/^not calibrated/);
});

test.each(['icmp-ping', 'icmp6-ping', 'icmp-fping', 'icmp-ping-macos'])('%s promises no period that it does not keep', (engine) => {
  expect(resolutionOf('icmp', 10, engine, 'calibrated')).toContain(`two of the periods that ${engine} really keeps`);
});

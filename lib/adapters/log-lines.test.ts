import { expect, test } from 'vitest';
import { linesSince, spanOf } from './log-lines.ts';
import type { NodeClock } from './log-lines.ts';

const utc: NodeClock = { zoneMinutes: 0, offset: { ms: 0, errorMs: 0 } };
const now = Date.parse('2026-11-21T06:00:00Z');
const at = (text: string): number => Date.parse(text);

test.each([
  { form: 'of Pacemaker', line: 'Nov 21 05:54:30.529 n1 pacemaker-attrd [187] (x) notice: y', from: '2026-11-21T05:54:30.529Z', widthMs: 1 },
  { form: 'of syslog', line: 'Nov  3 05:54:30 n1 corosync[74]: y', from: '2026-11-03T05:54:30Z', widthMs: 1000 },
  { form: 'of Ceph', line: '2026-11-21T05:54:32.174342+0000 mon.n1 (mon.0) 93 : cluster [WRN] y', from: '2026-11-21T05:54:32.174342Z', widthMs: 0.001 },
  { form: 'of libvirt', line: '2026-11-21 07:52:39.494+0200: 143: info : y', from: '2026-11-21T05:52:39.494Z', widthMs: 1 },
])('a stamp $form is read with its resolution', ({ line, from, widthMs }) => {
  const span = spanOf(line, utc, now);
  expect(span?.earliestMs).toBeCloseTo(Math.floor(at(from)), -1);
  expect((span?.latestMs ?? 0) - (span?.earliestMs ?? 0)).toBeCloseTo(widthMs, 2);
});

test('the zone of the node, its clock and the error of reading that are taken into account', () => {
  const clock: NodeClock = { zoneMinutes: 60, offset: { ms: 400, errorMs: 20 } };
  expect(spanOf('Nov 21 06:54:30.500 n1 x', clock, now)).toEqual({ earliestMs: at('2026-11-21T05:54:30.080Z'), latestMs: at('2026-11-21T05:54:30.121Z') });
});

test('a stamp without a year is of the past', () => {
  expect(spanOf('Dec 31 23:59:59 n1 x', utc, at('2027-01-01T00:00:10Z'))?.earliestMs).toBe(at('2026-12-31T23:59:59Z'));
});

test('lines without a stamp go with the one before, and a log without stamps is given whole', () => {
  const text = 'Nov 21 05:00:00 old\n  more of it\nNov 21 05:30:00 new\n  more of that';
  expect(linesSince(text, at('2026-11-21T05:10:00Z'), utc, now)).toBe('Nov 21 05:30:00 new\n  more of that');
  expect(linesSince(text, at('2026-11-21T05:40:00Z'), utc, now)).toBe('');
  expect(linesSince('no stamp here', at('2026-11-21T05:40:00Z'), utc, now)).toBe('no stamp here');
});

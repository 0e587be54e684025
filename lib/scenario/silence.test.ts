import { expect, test } from 'vitest';
import type { BlindTime, ProbeSpec } from '../probes/probe.ts';
import { judgeSilence, longestSeeing } from './silence.ts';

const spec: ProbeSpec = { name: 'web.icmp', kind: 'icmp', guest: 'web', target: '192.0.2.80', periodMs: 10, waitMs: 1000 };
const blind = (fromS: number, toS: number, reason = 'no probe was sent'): BlindTime => ({ fromNs: fromS * 1e9, toNs: toS * 1e9, reason });
const unresolved = (whose: string): string => `the neighbour entry of ${whose} on eth0 is not resolved: nothing leaves this machine for it`;

/** An invented probe that was not answered from second 0 to 10. */
function silence(stretches: BlindTime[], lastSentS: number | null = 10): ReturnType<typeof judgeSilence> {
  return judgeSilence({ spec, status: () => ({ sent: 1000, answered: 0, lastSentNs: lastSentS === null ? null : lastSentS * 1e9, lastAnsweredNs: null, blind: stretches }) }, 0, 10e9);
}

test.each<{ what: string; stretches: BlindTime[]; lastSentS?: number | null; ok: false | null }>([
  { what: 'nothing was blind', stretches: [], ok: false },
  { what: 'the prober could see at the end', stretches: [blind(0, 6)], ok: false },
  { what: 'the prober could see in the middle of the end', stretches: [blind(0, 6), blind(7, 10)], ok: false },
  { what: 'the prober was blind all the time', stretches: [blind(0, 10)], ok: null },
  { what: 'the prober went blind before the end', stretches: [blind(2, 10)], ok: null },
  { what: 'every attempt was refused here', stretches: Array.from({ length: 1000 }, (_, index) => blind(index / 100, (index + 1) / 100, 'this machine could not send (EMFILE)')), ok: null },
  { what: 'the engine died before the end, and nobody has said so yet', stretches: [], lastSentS: 4, ok: null },
  { what: 'nothing was ever sent', stretches: [], lastSentS: null, ok: null },
  { what: 'the guest itself is silent on the segment', stretches: [blind(1, 10, unresolved('192.0.2.80'))], ok: false },
  { what: 'the gateway is silent', stretches: [blind(1, 10, unresolved('the gateway 192.0.2.1'))], ok: null },
  { what: 'the guest is silent on the segment, and the device lost its carrier', stretches: [blind(1, 10, unresolved('192.0.2.80')), blind(3, 10, 'the device eth0 of this machine has no carrier')], ok: null },
])('a probe that was not answered, where $what: $ok', ({ stretches, lastSentS, ok }) => {
  expect(silence(stretches, lastSentS).ok).toBe(ok);
});

test('what kept the prober from seeing is said, with the way out', () => {
  expect(silence([blind(2, 10, 'this machine has no route to 192.0.2.80')]).detail).toBe('icmp was not answered as expected within 10.0 s, and at the end of it the prober could not see (this machine has no route to 192.0.2.80); mend that on this machine, then run the row again');
  expect(silence([]).detail).toBe('icmp was not answered as expected within 10.0 s');
});

test('the longest stretch without blindness is found among stretches that overlap and come in any order', () => {
  expect(longestSeeing(0, 100, [{ fromNs: 50, toNs: 60 }, { fromNs: 10, toNs: 30 }, { fromNs: 20, toNs: 25 }])).toBe(40);
  expect(longestSeeing(0, 100, [])).toBe(100);
  expect(longestSeeing(0, 100, [{ fromNs: -5, toNs: 200 }])).toBeLessThanOrEqual(0);
  expect(longestSeeing(0, -Infinity, [])).toBeLessThanOrEqual(0);
});

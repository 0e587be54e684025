import { expect, test } from 'vitest';
import { endOfWaitNs, neverSeen, tellsGuests } from './never-seen.ts';
import type { Watched } from './watch.ts';

/** An invented wait of 10 s. */
function watched(contraryS: number | null, more: Partial<Watched<'so'>> = {}): Watched<'so'> {
  return { met: { so: null }, contraryNs: { so: contraryS === null ? null : contraryS * 1e9 }, readings: 3, failed: 0, trouble: null, fromNs: 0, untilNs: 10e9, ...more };
}

test.each<{ what: string; seen: Watched<'so'>; behindNs?: number; ok: false | null; detail: RegExp }>([
  { what: 'a reading at the end showed it not to be so', seen: watched(9), ok: false, detail: /^not so in 3 readings within 10\.0 s, the last of them 9\.0 s after the first$/ },
  { what: 'nothing could be read', seen: watched(null, { readings: 0, failed: 7, trouble: 'no node answers.' }), ok: null, detail: /^the cluster could not be read in 7 attempts within 10\.0 s: no node answers; see by "check"/ },
  { what: 'no reading told it', seen: watched(null), ok: null, detail: /^none of 3 readings of the cluster within 10\.0 s tells; see by "check"/ },
  { what: 'it was last seen long before the end', seen: watched(2, { failed: 5, trouble: 'timed out' }), ok: null, detail: /^the last reading of the cluster that tells was begun 8\.0 s before the end of 10\.0 s: timed out; see/ },
  { what: 'it was seen behind the moment until which it was promised', seen: watched(2), behindNs: 1e9, ok: false, detail: /^not so/ },
  { what: 'it was seen before the moment until which it was promised', seen: watched(2), behindNs: 3e9, ok: null, detail: /^the last reading/ },
  { what: 'it was seen at the end of the wait, and still before the moment until which it was promised', seen: watched(9), behindNs: 9.5e9, ok: null, detail: /^the last reading/ },
])('what was never seen, where $what: $ok', ({ seen, behindNs, ok, detail }) => {
  expect(neverSeen(seen, 'so', undefined, behindNs)).toEqual({ ok, detail: expect.stringMatching(detail) });
});

test('the end of a long wait is as long as a reading or two may take, of a short one half', () => {
  expect(endOfWaitNs(0, 10e9)).toBe(5e9);
  // On a busy machine it is longer, and never longer than half.
  expect(endOfWaitNs(0, 600e9)).toBeGreaterThanOrEqual(300e9);
  expect(endOfWaitNs(0, 600e9)).toBeLessThanOrEqual(540e9);
});

test('a reading that lacks the guests of a node does not tell where they run, unless it is the node that was lost', () => {
  const unread = [{ what: 'guests on node n2', why: 'no answer' }, { what: 'votes', why: 'not permitted' }];
  expect([tellsGuests({ unread }), tellsGuests({ unread }, ['n2']), tellsGuests({ unread }, ['n3']), tellsGuests({ unread: [] })]).toEqual([false, true, false, true]);
});

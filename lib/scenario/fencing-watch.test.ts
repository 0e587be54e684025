import { expect, test } from 'vitest';
import { fencedFirst } from './fencing-watch.ts';

test.each([
  { when: 'it was off before the guest was seen elsewhere', seen: { lastOn: 4, firstOff: 5, runsElsewhere: 6 }, ok: true },
  { when: 'it was still on when the guest was seen elsewhere', seen: { lastOn: 7, firstOff: 8, runsElsewhere: 6 }, ok: false },
  { when: 'nobody looked between the two', seen: { lastOn: 5, firstOff: 8, runsElsewhere: 6 }, ok: null },
  { when: 'it was never seen off: it may have reset itself', seen: { lastOn: 9, firstOff: null, runsElsewhere: 6 }, ok: null },
  { when: 'the guest was never seen elsewhere', seen: { lastOn: 4, firstOff: 5, runsElsewhere: null }, ok: null },
])('$when: $ok', ({ seen, ok }) => {
  expect(fencedFirst(seen)).toBe(ok);
});

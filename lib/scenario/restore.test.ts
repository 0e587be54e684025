import { expect, test } from 'vitest';
import { matchesBackup, ringIn } from './restore.ts';

const written = { before: 100, after: 120, boots: ['original'] };
const found = { boot: 'scratch', recovered: 110, errors: 0 };

test.each([
  { what: 'holds a write of the time of the backup', changes: {}, ok: true, detail: /write 110/ },
  { what: 'holds just what was acknowledged before', changes: { recovered: 100 }, ok: true, detail: /write 100/ },
  { what: 'lacks an acknowledged write', changes: { recovered: 99 }, ok: false, detail: /^1 acknowledged write\(s\) are missing/ },
  { what: 'holds writes from after the backup', changes: { recovered: 121 }, ok: false, detail: /after the backup had ended/ },
  { what: 'found an error on its disk', changes: { errors: 2 }, ok: false, detail: /2 error/ },
  { what: 'is the original itself', changes: { boot: 'original' }, ok: false, detail: /is the original's/ },
])('a guest that $what: $ok', ({ changes, ok, detail }) => {
  expect(matchesBackup({ ...found, ...changes }, written)).toEqual({ ok, detail: expect.stringMatching(detail) as string });
});

test.each([
  ['nothing', null], ['a page of a web server that is not ready', '<html>502</html>'], ['a part of what it means to say', '{"boot": "scr'], ['no object', 'null'],
  ['that it still verifies its disk', '{"state": "starting", "boot": "", "ack": 0, "recovered": 0, "errors": 0}'],
])('a restored guest that says %s has not booted yet, and the tool goes on', (_what, answer) => {
  expect(ringIn(answer)).toBeNull();
});

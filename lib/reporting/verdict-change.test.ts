import { expect, test } from 'vitest';
import { registerSecret } from '../record/scrub.ts';
import type { Verdict, Verdicts } from '../record/types.ts';
import { judgedRun, judgedScenario } from './testing/judged.ts';
import { verdictNotice } from './verdict-change.ts';

function verdicts(number: number, verdict: Verdict, scenarios: Record<string, Verdict>, reason: string | null = null): Verdicts {
  const made = judgedRun('prod-a', number, Object.entries(scenarios).map(([id, of]) => judgedScenario([100], { id, verdict: of, reason: of === 'pass' ? null : reason })));
  return { ...made.verdicts, verdict };
}

test('the same verdicts are no change', () => {
  const notice = verdictNotice(verdicts(2, 'pass', { 'backup.web.r1': 'pass' }), verdicts(1, 'pass', { 'backup.web.r1': 'pass' }), null);
  expect(notice).toMatchObject({ changed: false, changes: [], subject: expect.stringContaining('pass (as before): prod-a') });
});

test('another verdict of a scenario is told with its reason, even where the run as a whole stays', () => {
  const notice = verdictNotice(verdicts(2, 'fail', { 'a.web.r1': 'fail', 'b.web.r1': 'fail' }, 'Outage 3 s, limit 1 s.'), verdicts(1, 'fail', { 'a.web.r1': 'pass', 'b.web.r1': 'fail' }), null);
  expect(notice.changed).toBe(true);
  expect(notice.changes).toEqual([{ scenario: 'a.web.r1', before: 'pass', after: 'fail', reason: 'Outage 3 s, limit 1 s.' }]);
  expect(notice.text).toMatch(/Changed:\n- a\.web\.r1: pass -> FAIL\. Outage 3 s, limit 1 s\.\n\nUnchanged or new, and not a pass:\n- b\.web\.r1: FAIL/);
});

test.each<[Verdict, boolean]>([['pass', false], ['not-applicable', false], ['fail', true], ['inconclusive', true], ['blocked', true]])('a first run that ends in %s is told: %s', (verdict, told) => {
  expect(verdictNotice(verdicts(1, verdict, { 'a.web.r1': verdict }), null, null).changed).toBe(told);
});

test.each<[Verdict, boolean]>([['pass', false], ['fail', true]])('a scenario that the run before did not have and that ends in %s is told: %s', (verdict, told) => {
  const notice = verdictNotice(verdicts(2, 'fail', { 'a.web.r1': 'fail', 'a.dns.r1': verdict }), verdicts(1, 'fail', { 'a.web.r1': 'fail' }), null);
  expect(notice.changed).toBe(told);
});

test('a cluster that is not as before is told whatever the verdict is, and first', () => {
  const notice = verdictNotice(verdicts(2, 'pass', {}), verdicts(1, 'pass', {}), 'The power of n2 is still off.');
  expect(notice.changed).toBe(true);
  expect(notice.subject).toMatch(/^CLUSTER NOT RESTORED, /);
  expect(notice.text).toContain('The power of n2 is still off.');
});

test('no secret is told, and no line of a name is taken for one of ours', () => {
  registerSecret('canary-of-a-notice');
  const notice = verdictNotice(verdicts(1, 'fail', { 'a.web.r1': 'fail' }, 'the page said canary-of-a-notice\nBcc: x@y.example'), null, null);
  expect(JSON.stringify(notice)).not.toContain('canary-of-a-notice');
  expect(notice.text).toContain('the page said [secret] Bcc: x@y.example');
  expect(notice.subject).not.toContain('\n');
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { registerSecret } from '../record/scrub.ts';
import { appendAudit, verifyAudit } from './audit.ts';
import type { AuditAction } from './audit.ts';

let folder = '';
let file = '';
const action: AuditAction = { action: 'inject', fault: 'node-power', target: { node: 'n1', role: 'worker', disk: null }, scenario: 'node-failure.web.r1', cluster: 'INVENTED', permission: 'allow.faults: node-power', outcome: 'commanded' };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'audit-'));
  file = join(folder, 'audit.jsonl');
  for (const outcome of ['one', 'two', 'three']) appendAudit(folder, { ...action, outcome }, { SUDO_USER: 'ada', SSH_CONNECTION: '192.0.2.9 1 192.0.2.1 22' });
});

afterEach(() => rmSync(folder, { recursive: true }));

function rewrite(change: (lines: string[]) => string[]): void {
  writeFileSync(file, `${change(readFileSync(file, 'utf8').trimEnd().split('\n')).join('\n')}\n`);
}

test('a chain that nobody touched holds, and says who and from where', () => {
  expect(verifyAudit(folder)).toMatchObject({ lines: 3, problems: [] });
  expect(readFileSync(file, 'utf8')).toMatch(/"who":"ada \(as .+\)","from":".+, from 192\.0\.2\.9"/);
});

test.each<{ what: string; change: (lines: string[]) => string[]; says: RegExp }>([
  { what: 'a changed line', change: ([one = '', two = '', ...rest]) => [one, two.replace('"two"', '"none"'), ...rest], says: /line 2 was changed/ },
  { what: 'a removed line', change: ([one = '', , three = '']) => [one, three], says: /line 2 says it is number 3/ },
  { what: 'swapped lines', change: ([one = '', two = '', three = '']) => [one, three, two], says: /line 2 says it is number 3/ },
  { what: 'a line cut off later', change: ([one = '', two = '', three = '']) => [one, two.slice(0, 40), three], says: /line 3 does not follow/ },
  { what: 'a line put in that nobody can read', change: ([one = '', two = '', three = '']) => [one, two, '{"torn', three], says: /line 4 says it is number 3/ },
])('$what is found', ({ change, says }) => {
  rewrite(change);
  expect(verifyAudit(folder).problems[0]).toMatch(says);
});

/** As a crash leaves it in the middle of an append. */
function tearLast(): void {
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.slice(0, -30));
}

test('behind a line that a crash cut off the chain goes on, and the line is told', () => {
  tearLast();
  expect(verifyAudit(folder)).toMatchObject({ lines: 3, problems: [], torn: [expect.stringMatching(/line 3, at the end, was cut off/)] });
  for (const outcome of ['four', 'five']) appendAudit(folder, { ...action, outcome });
  expect(verifyAudit(folder)).toMatchObject({ lines: 5, problems: [], torn: [expect.stringMatching(/line 3 was cut off.*line 4 vouches/)] });
});

test.each<{ what: string; change: (lines: string[]) => string[]; says: RegExp }>([
  { what: 'a torn line that is taken away', change: ([one = '', two = '', , four = '']) => [one, two, four], says: /line 3 says it is number 4/ },
  { what: 'a torn line that is changed', change: ([one = '', two = '', three = '', four = '']) => [one, two, three.replace('node-power', 'live-migration'), four], says: /line 3 cannot be read, and it could/ },
  { what: 'a line before it that is changed', change: ([one = '', two = '', three = '', four = '']) => [one, two.replace('"two"', '"none"'), three, four], says: /line 2 was changed/ },
  { what: 'a torn line that is replaced by a whole one', change: ([one = '', two = '', , four = '']) => [one, two, two, four], says: /line 3 says it is number 2/ },
])('$what is found', ({ change, says }) => {
  tearLast();
  appendAudit(folder, { ...action, outcome: 'four' });
  rewrite(change);
  expect(verifyAudit(folder).problems[0]).toMatch(says);
});

test('no secret gets into it', () => {
  registerSecret('canary-of-the-audit');
  appendAudit(folder, { ...action, outcome: 'the BMC said: canary-of-the-audit is wrong' });
  expect(readFileSync(file, 'utf8')).toContain('the BMC said: [secret] is wrong');
  expect(verifyAudit(folder).problems).toEqual([]);
});

test('a cut at the end shows as another head', () => {
  const { head } = verifyAudit(folder);
  rewrite((lines) => lines.slice(0, 2));
  expect(verifyAudit(folder).problems).toEqual([]);
  expect(verifyAudit(folder).head).not.toBe(head);
});

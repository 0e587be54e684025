import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
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
  { what: 'a torn line', change: ([one = '', two = '', three = '']) => [one, two.slice(0, 40), three], says: /line 2 cannot be read/ },
])('$what is found', ({ change, says }) => {
  rewrite(change);
  expect(verifyAudit(folder).problems[0]).toMatch(says);
});

test('a cut at the end shows as another head', () => {
  const { head } = verifyAudit(folder);
  rewrite((lines) => lines.slice(0, 2));
  expect(verifyAudit(folder).problems).toEqual([]);
  expect(verifyAudit(folder).head).not.toBe(head);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { comparisonFields, machineSchema, readKnownIssues } from './about.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'about-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'prod.yaml');
  writeFileSync(path, text);
  return path;
}

test('known issues are read without any secret of the file', () => {
  const path = file('schema: 1\ncredentials: { token: "env:NOT_SET" }\nknownIssues:\n  - { row: node-failure, measurement: outage, guest: web, reason: "slow disks", until: "2027-01-31", link: "https://tracker.example/7" }\n');
  expect(readKnownIssues(path)).toEqual([{ row: 'node-failure', measurement: 'outage', guest: 'web', reason: 'slow disks', until: '2027-01-31', link: 'https://tracker.example/7' }]);
  expect(readKnownIssues(file('schema: 1\n'))).toEqual([]);
});

test.each([
  ['{ row: node-failure, reason: x }', /prod\.yaml:2:\d+: .*until/], ['{ row: node-failure, reason: x, until: soon }', /is not a day/],
  ['{ row: node-failing, reason: x, until: "2027-01-31" }', /row/], ['{ row: node-failure, reason: x, until: "2027-01-31", untill: 1 }', /untill/],
])('%s is wrong, and where', (issue, message) => {
  expect(() => readKnownIssues(file(`knownIssues:\n  - ${issue}\n`))).toThrow(message);
});

test.each([['2 GiB', true], ['512MiB', true], ['2 GB', false], ['much', false]])('memory %j: %j', (memory, fits) => {
  expect(machineSchema.safeParse({ memory }).success).toBe(fits);
});

test.each([['defaults', true], ['equalised', true], ['default', false]])('the profile %j: %j', (profile, fits) => {
  expect(comparisonFields.safeParse({ profile }).success).toBe(fits);
});

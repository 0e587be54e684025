import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { beginSynthetic } from '../reporting/testing/synthetic-run.ts';
import { tellEnd, tellHealth } from '../reporting/testing/story.ts';
import { cli } from './testing.ts';
import type { CliEnd } from './testing.ts';

/** PATH_MAX of Linux without its end (limits.h), bytes. */
const longestPath = 4095;
/** What a file of a run takes behind its folder, but for results, which have a UUID in their names. */
const ownFiles = 50;

let root = '';
let reports = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'report-fleet-'));
  reports = join(root, 'reports');
  mkdirSync(reports);
});
afterEach(() => rmSync(root, { recursive: true }));

/** A short run that passes. Returns its folder. */
function tellRun(environment: string): string {
  const run = beginSynthetic(reports, { environment });
  tellHealth(run, 10);
  tellEnd(run, 2000);
  return run.writer.folder;
}

/** Changes the run.json of a record. */
function changeRun(folder: string, change: (text: string) => string): void {
  const path = join(folder, 'run.json');
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}

const nameOf = (folder: string, environment: string): string => `${environment}/${basename(folder)}`;
const report = async (...args: string[]): Promise<CliEnd> => cli(['report', ...args], { HA_ACCEPTANCE_REPORTS: reports });

interface Told {
  run: string;
  verdict: string;
  missing: string[];
  unread: { environment: string; run: string; verdict: string; reason: string }[];
  copies: string[];
  trouble: string | null;
  paths: { summary: string; allure: string | null };
}

const toldIn = ({ printed }: CliEnd): Told[] => JSON.parse(printed) as Told[];

/** Names and messages of all tests in an Allure report. */
function testsIn(report: string | null | undefined): string {
  const data = [...readFileSync(report ?? '', 'utf8').matchAll(/allureReportData\["data\/test-results\/[^"]+"\] = "([^"]*)"/g)];
  return data.map(([, text = '']) => Buffer.from(text, 'base64').toString('utf8')).join('\n');
}

test('runs that cannot be read or are not there take nothing with them, stand in the report over all, and the command does not end with 0', { timeout: 120_000 }, async () => {
  const [good, damaged, newer] = [tellRun('prod-a'), tellRun('prod-b'), tellRun('prod-c')];
  changeRun(damaged, (text) => text.slice(0, 40));
  changeRun(newer, (text) => text.replace('"schema": 1', '"schema": 2'));
  const end = await report('--json', '--to', join(root, 'fleet'), '--expect', 'prod-a,prod-b,prod-e', nameOf(good, 'prod-a'), damaged, newer, 'prod-d/latest', 'prod-e/latest');
  expect(end.code).toBe(3);
  const [own, fleet] = toldIn(end);
  expect(own).toMatchObject({ run: nameOf(good, 'prod-a'), verdict: 'pass' });
  expect(fleet).toMatchObject({ run: 'fleet', verdict: 'inconclusive', missing: ['prod-e'], trouble: null });
  expect(fleet?.unread).toMatchObject([
    { environment: 'prod-b', run: basename(damaged), verdict: 'inconclusive', reason: expect.stringContaining('the record is damaged') as string },
    { environment: 'prod-c', run: basename(newer), verdict: 'inconclusive', reason: expect.stringContaining('Use the version of the tool that wrote it') as string },
    { environment: 'prod-d', run: 'latest', verdict: 'blocked' },
  ]);
  const tests = testsIn(fleet?.paths.allure);
  for (const said of ['cluster-health.cluster.r1', 'the record is damaged', 'Use the version of the tool that wrote it', 'There is no run', 'No run of prod-e']) expect(tests).toContain(said);
  expect(await report('--to', join(root, 'fleet'), nameOf(good, 'prod-a'), damaged)).toMatchObject({ code: 64, out: expect.stringContaining('all of them: ? inconclusive') as string });
});

test('a single run that is damaged, of another schema, or not there is wrong input', async () => {
  const [damaged, newer] = [tellRun('prod-a'), tellRun('prod-b')];
  changeRun(damaged, (text) => text.slice(0, 40));
  changeRun(newer, (text) => text.replace('"schema": 1', '"schema": 2'));
  expect(await report(damaged)).toMatchObject({ code: 64, out: expect.stringContaining('the record is damaged. Leave this run out.') as string });
  expect(await report(newer)).toMatchObject({ code: 64, out: expect.stringContaining('Use the version of the tool that wrote it.') as string });
  expect(await report('prod-a/nope')).toMatchObject({ code: 64, out: expect.stringContaining('There is no run') as string });
  for (const command of [['rejudge', damaged], ['report', '--export', 'prometheus', damaged], ['compare', damaged, newer]]) {
    const { code, out } = await cli(command, { HA_ACCEPTANCE_REPORTS: reports });
    expect({ command, code, internal: /internal error/i.test(out) }).toEqual({ command, code: 64, internal: false });
  }
});

test('a comparison that lies among the runs is left out, and told', { timeout: 120_000 }, async () => {
  const [good, other] = [tellRun('prod-a'), tellRun('prod-b')];
  const comparison = join(reports, 'comparisons', '20261122T091625Z-2qbn');
  mkdirSync(comparison, { recursive: true });
  writeFileSync(join(comparison, 'comparison.json'), '{}');
  const end = await report('--json', good, other, comparison);
  expect(end).toMatchObject({ code: 0, out: expect.stringContaining(`${comparison} is left out: it is a comparison, and no run.`) as string });
  expect(toldIn(end).at(-1)).toMatchObject({ run: 'fleet', verdict: 'pass', unread: [] });
  expect(await report(comparison)).toMatchObject({ code: 64, out: expect.stringContaining('Name a run') as string });
});

test('a copy of a run counts once, and is told', { timeout: 120_000 }, async () => {
  const good = tellRun('prod-a');
  const copy = join(root, 'copy');
  cpSync(good, copy, { recursive: true });
  const end = await report('--json', good, copy);
  expect(toldIn(end).at(-1)?.copies).toEqual([`${copy} is left out as a copy of run ${nameOf(good, 'prod-a')}: ${good} counts.`]);
  expect(readFileSync(join(reports, 'fleet', 'summary.md'), 'utf8')).toContain('1 pass, in 1 run(s).');
  expect(existsSync(join(root, 'latest'))).toBe(false);
  expect(end.code).toBe(0);
});

test.skipIf(process.platform !== 'linux')('a run whose Allure report could not be made is not missing in the one over all, and no path is shown of it', { timeout: 120_000 }, async () => {
  const [good, told] = [tellRun('prod-a'), tellRun('prod-b')];
  // So deep that the names of charts are no longer than a path may be, and those of results are.
  const deep = join(root, ...Array.from({ length: 40 }, () => 'd'.repeat(100)));
  const bad = join(deep.slice(0, longestPath - ownFiles - basename(told).length - 1), basename(told));
  mkdirSync(dirname(bad), { recursive: true });
  renameSync(told, bad);
  const end = await report('--to', join(root, 'fleet'), good, bad);
  expect(end).toMatchObject({ code: 70, printed: expect.stringMatching(/^allure: +it could not be made$/m) as string });
  expect(end.printed).toContain(join(good, 'allure-report', 'index.html'));
  expect(end.out).toContain(`The tests of ${nameOf(bad, 'prod-b')} are not in the report over all: its report could not be made: `);
  expect(testsIn(join(root, 'fleet', 'allure-report', 'index.html'))).toContain('The run is judged pass (1 pass), and its report could not be made: ');
});

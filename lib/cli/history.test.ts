import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { historySchema } from '../reporting/history/history-schema.ts';
import { around, judgedRun, judgedScenario, keepRun } from '../reporting/testing/judged.ts';
import { cli } from './testing.ts';

let root = '';

/** Nightly records of these true outages on disk, description and verdicts only. */
function nights(environment: string, truths: readonly number[]): void {
  for (const [index, truth] of truths.entries()) keepRun(root, judgedRun(environment, index, [judgedScenario([truth])]));
}

vi.setConfig({ testTimeout: 120_000 });

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'history-cli-'));
  nights('slower', [...around(10_000, 10), ...around(15_000, 8)]);
  nights('same', around(10_000, 18));
  nights('partly', [...around(38_000, 12), ...around(58_000, 12), ...around(48_000, 12)]);
  for (let night = 0; night < 5; night += 1) keepRun(root, judgedRun('gone', night, [judgedScenario(night < 2 ? [10_000] : [], night < 2 ? {} : { verdict: 'blocked', reason: 'no quorum' })]));
});
afterAll(() => rmSync(root, { recursive: true }));

const run = (...args: string[]): ReturnType<typeof cli> => cli(['history', ...args], { HA_ACCEPTANCE_REPORTS: root, HA_ACCEPTANCE_ENVIRONMENTS: root });

test('a regression is found, written and ends with 1; as a known issue it ends with 0', async () => {
  const { code, out } = await run('--env', 'slower', '--json');
  const { history, paths } = JSON.parse(out) as { history: unknown; paths: { html: string; markdown: string } };
  const parsed = historySchema.parse(history);
  expect(code).toBe(1);
  expect(parsed.series[0]?.changes[0]?.run).toBe('20260111T020000Z-made');
  expect(paths.html).toBe(join(root, 'slower', 'history', 'history.html'));
  expect(readFileSync(paths.html, 'utf8')).toContain(parsed.series[0]?.changes[0]?.sentence);
  expect(readFileSync(paths.markdown, 'utf8')).toMatch(/^# slower: 1 regression/);
  writeFileSync(join(root, 'slower.yaml'), 'knownIssues:\n  - { row: node-failure, reason: "slow fencing card", until: "2999-01-01" }\n');
  expect(await run('--env', 'slower')).toMatchObject({ code: 0, out: expect.stringContaining('known until 2999-01-01: slow fencing card') });
});

test('no regression ends with 0; a record that cannot be read is told; too few runs are said', async () => {
  const damaged = join(root, 'same', '20260301T020000Z-made');
  mkdirSync(damaged);
  writeFileSync(join(damaged, 'run.json'), '{');
  const { code, out } = await run('--env', 'same');
  expect(out).toMatch(/^same: 0 regressions, 0 improvements, 0 known, over 18 runs/);
  expect(out).toContain('Reservation: run 20260301T020000Z-made is left out');
  expect(code).toBe(0);
  expect((await run('--env', 'same', '--last', '5')).out).toContain('too few runs for a change to be found');
});

test('nothing is written into the folder of a record', async () => {
  const folder = join(root, 'slower', '20260101T020000Z-made');
  expect(await run('--env', 'slower', '--out', folder)).toMatchObject({ code: 64, out: expect.stringContaining('holds a record (run.json). Name another folder with --out') });
  expect(readdirSync(folder).toSorted()).toEqual(['run.json', 'verdicts.json']);
});

test('a row of which nothing is established any more is said and ends with 1', async () => {
  const { code, out } = await run('--env', 'gone');
  expect(out).toMatch(/^gone: 1 regression, 0 improvements, 0 known, over 5 runs; 1 row no longer established/);
  expect(out).toContain('- node-failure of web (worker): no longer established since run 20260103T020000Z-made (3 times blocked)');
  expect(code).toBe(1);
});

test('a regression that was taken back in part is said and ends with 1', async () => {
  const { code, out } = await run('--env', 'partly');
  expect(out).toMatch(/^partly: 1 regression, 1 improvement, 0 known, over 36 runs/);
  expect(out).toMatch(/^- node-failure of web \(worker\): outage by icmp: still longer by 1\d(?:\.\d+)? s than before run 20260113T020000Z-made/m);
  expect(code).toBe(1);
});

test.each([[['--env', 'nope'], /no run of environment "nope"/], [[], /--env/], [['--env', 'same', '--last', '0'], /whole number/]])('%j is wrong input', async (args, message) => {
  expect(await run(...args)).toMatchObject({ code: 64, out: expect.stringMatching(message) });
});

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { comparisonSchema } from '../reporting/comparison/comparison-schema.ts';
import { tellEnd, tellNodeFailure } from '../reporting/testing/story.ts';
import { beginSynthetic } from '../reporting/testing/synthetic-run.ts';
import { cli } from './testing.ts';

let root = '';

/** Whole records on disk, each with one power loss after which the guest is away for `backMs`. */
function record(environment: string, backMs: number): string {
  const run = beginSynthetic(root, { environment, limits: {} });
  tellNodeFailure(run, 10, 'node-failure.web.r1', { backMs });
  tellEnd(run, backMs + 20_000);
  return `${environment}/${basename(run.writer.folder)}`;
}

vi.setConfig({ testTimeout: 120_000 });

let short: string[] = [];
let long: string[] = [];
let alike: string[] = [];
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'compare-cli-'));
  const lengths = [1500, 1630, 1720, 1810, 1950, 2080];
  short = lengths.map((backMs) => record('short', backMs));
  long = lengths.map((backMs) => record('long', backMs + 3000));
  alike = lengths.toReversed().map((backMs) => record('alike', backMs + 7));
}, 120_000);
afterAll(() => rmSync(root, { recursive: true }));

const run = (...args: string[]): ReturnType<typeof cli> => cli(['compare', '--out', join(root, 'out'), ...args], { HA_ACCEPTANCE_REPORTS: root });

describe('compare', () => {
  test('finds the three seconds that were put in, from the samples on disk, and writes HTML, Markdown and JSON', async () => {
    const { code, out } = await run('--json', ...short, ...long);
    const { comparison, paths } = JSON.parse(out) as { comparison: unknown; paths: Record<'html' | 'markdown' | 'json' | 'charts', string> };
    const { cells, headline, reservations } = comparisonSchema.parse(comparison);
    expect(code).toBe(0);
    const pair = cells.find(({ measurement }) => measurement === 'outage')?.pairs[0];
    expect(pair?.word).toBe('different');
    expect(pair?.shift?.estimate).toBeGreaterThan(2900);
    expect(pair?.shift?.estimate).toBeLessThan(3100);
    expect(pair?.sentence).toContain('long longer by');
    expect(headline).toContain('short versus long');
    expect(reservations[0]).toContain('simulated');
    const html = readFileSync(paths.html, 'utf8');
    expect(html).toContain(pair?.sentence.replace('>', '&gt;'));
    expect(html).not.toMatch(/<script|(?:src|href)=/);
    expect(readFileSync(paths.markdown, 'utf8')).toMatch(/^# With reservations: short versus long: \d+ different/);
    expect(comparisonSchema.parse(JSON.parse(readFileSync(paths.json, 'utf8')))).toEqual(comparison);
    expect(existsSync(join(paths.charts, 'medians.svg'))).toBe(true);
    expect(html).toContain('>Loss strips, node-failure of web (worker): outage by icmp<');
    expect(readFileSync(join(paths.charts, 'strips.001.node-failure-of-web-worker-outage-by-icmp.svg'), 'utf8')).toMatch(/simulated cluster/);
    expect(html).toContain('verdict: 6 pass; no limit (verdicts of the scenarios)');
  });

  test('calls the same equivalent within a margin, says the reservation before the conclusions, and how to make it again', async () => {
    const { code, out } = await run('--margin', 'node-failure.outage=1s', ...short, ...alike);
    expect(code).toBe(0);
    expect(out).toMatch(/^With reservations: short versus alike: .*1 equivalent/);
    expect(out.indexOf('Reservation:')).toBeLessThan(out.indexOf('- node-failure'));
    expect(out).toMatch(/outage by icmp: .*: equivalent within 1000 ms/);
    expect(readFileSync(join(root, 'out', 'comparison.md'), 'utf8')).toContain('ha-acceptance compare --out');
  });

  test('before and after in one environment need --against; three runs a side are not enough data', async () => {
    expect(await run(...short)).toMatchObject({ code: 3, out: expect.stringContaining('--against') });
    const { code, out } = await run(...short.slice(0, 3), '--against', ...short.slice(3));
    expect(code).toBe(0);
    expect(out).toContain('short (first) versus short (against)');
    expect(out).toMatch(/not enough data, 3 figures on one side, 6 are needed/);
  });

  test('nothing is written into the folder of a record, and nothing of it is removed', async () => {
    const folder = join(root, short[0] ?? '');
    mkdirSync(join(folder, 'charts'), { recursive: true });
    writeFileSync(join(folder, 'charts', 'phases.svg'), 'of the run');
    expect(await run(...short, ...long, '--out', folder)).toMatchObject({ code: 64, out: expect.stringMatching(/holds a record \(run\.json\)\. Name another folder with --out/) });
    expect(readFileSync(join(folder, 'charts', 'phases.svg'), 'utf8')).toBe('of the run');
    expect(existsSync(join(folder, 'comparison.html'))).toBe(false);
  });

  test.each([
    [['short/nope'], /There is no run "short\/nope"/], [['--margin', 'outages=1s', 'x'], /"outages" is not a measurement/], [['--margin', 'node-failure.detected=2', 'x'], /"2" is not a duration/], [['--margin', 'outage=5', 'x'], /"5" is not a duration/],
    [['--margin', '0s', 'x'], /"0s" is no margin/], [['--margin', 'node-failure.outage=0ms', 'x'], /is no margin/],
    [['--events', 'node-failure', 'x'], /node-failure=2/], [['--events', 'node-failure=1=2', 'x'], /"node-failure=1=2" is not a row and how often/], [[], /missing required argument/],
  ])('%j is wrong input', async (args, message) => {
    expect(await run(...args)).toMatchObject({ code: 64, out: expect.stringMatching(message) });
  });
});

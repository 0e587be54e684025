import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TestResult } from 'allure-js-commons';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readRun } from '../record/run-reader.ts';
import type { RowName } from '../record/types.ts';
import { epicOf } from './allure/epics.ts';
import { deriveVerdicts } from './derive.ts';
import { deriveAll } from './derive-all.ts';
import type { DerivedPaths } from './derive-all.ts';
import { storyVerdicts, tellHealth, tellStory } from './testing/story.ts';
import { startBrowser } from './testing/browser.ts';
import type { TestBrowser } from './testing/browser.ts';
import { beginSynthetic, hostileGuest } from './testing/synthetic-run.ts';

let root = '';
let folder = '';
let paths: DerivedPaths;
const progress: string[] = [];
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'derive-all-'));
  const earlier = tellStory(root);
  const before = join(root, 'synthetic', '20260101T020000Z-made');
  renameSync(earlier, before);
  const verdicts = deriveVerdicts(readRun(before));
  for (const scenario of verdicts.scenarios.filter(({ id }) => id === 'node-failure.web.r1')) scenario.duration = 61_000;
  writeFileSync(join(before, 'verdicts.json'), JSON.stringify(verdicts));
  folder = tellStory(root, { environmentFile: { owner: 'storage team', links: { runbook: 'https://wiki.example.org/cluster', bad: 'javascript:alert(1)' } } });
  mkdirSync(join(folder, 'allure-report'));
  writeFileSync(join(folder, 'allure-report', 'stale.html'), 'of an earlier report');
  ({ paths } = await deriveAll(folder, { onProgress: (line) => progress.push(line), latestBelow: root }));
}, 120_000);
afterAll(() => rmSync(root, { recursive: true }));

function results(): Map<string, TestResult> {
  const files = readdirSync(join(folder, 'allure-results')).filter((name) => name.endsWith('-result.json'));
  const parsed = files.map((name) => JSON.parse(readFileSync(join(folder, 'allure-results', name), 'utf8')) as TestResult);
  return new Map(parsed.map((result) => [result.fullName ?? '', result]));
}

const statuses = { pass: 'passed', fail: 'failed', inconclusive: 'broken', blocked: 'broken', 'not-applicable': 'skipped' } as const;

describe('everything that is derived', () => {
  test('is there, in its place, with nothing left of an earlier report, and the run is the latest', () => {
    expect(Object.values(paths).filter((path) => !existsSync(path))).toEqual([]);
    expect(existsSync(join(folder, 'allure-report', 'stale.html'))).toBe(false);
    expect(readlinkSync(join(root, 'synthetic', 'latest'))).toBe(basename(folder));
    expect(readdirSync(paths.charts)).toContain('node-failure.web.r1.web.icmp.svg');
    expect(readFileSync(paths.summary, 'utf8')).toContain('![Timeline](charts/node-failure.web.r1.web.icmp.svg)');
    expect(progress).toEqual(['deriving the verdicts from the record', 'drawing the timelines', 'making the Allure report']);
  });

  test('says everywhere that the cluster was a simulated one, in charts too, which are passed on by themselves', () => {
    const texts = Object.values(paths).filter((path) => !statSync(path).isDirectory()).map((path) => [basename(path), readFileSync(path, 'utf8')] as const);
    const charts = readdirSync(paths.charts).filter((name) => name.endsWith('.svg')).map((name) => [name, readFileSync(join(paths.charts, name), 'utf8')] as const);
    const results = readdirSync(join(folder, 'allure-results')).filter((name) => name.endsWith('-result.json')).map((name) => [name, readFileSync(join(folder, 'allure-results', name), 'utf8')] as const);
    expect([...texts, ...charts, ...results].filter(([, text]) => !/simulated(?: cluster|": ?true|" value="true")/i.test(text)).map(([name]) => name)).toEqual([]);
    expect(charts.length * results.length).toBeGreaterThan(0);
  });

  test('contains a result for each scenario, with its status, its reason and its recorded times', () => {
    const { events } = readRun(folder);
    const found = results();
    expect([...found.keys()].toSorted()).toEqual(Object.keys(storyVerdicts).toSorted());
    for (const [id, verdict] of Object.entries(storyVerdicts)) {
      const wall = (kind: string): number => Date.parse(events.find((event) => event.scenario === id && event.kind === kind)?.wall ?? '');
      expect(found.get(id)).toMatchObject({ status: statuses[verdict], stage: 'finished' });
      expect(Math.abs((found.get(id)?.start ?? 0) - wall('scenario-started'))).toBeLessThanOrEqual(1);
      expect(Math.abs((found.get(id)?.stop ?? 0) - wall('scenario-ended'))).toBeLessThanOrEqual(1);
    }
    expect(found.get('backup.web.r1')?.statusDetails.message).toBe('Blocked: The cluster is not whole, so nothing was injected: osd.2 is down.');
    expect(found.get('live-migration.dns.r1')?.statusDetails.message).toMatch(/^Inconclusive: The prober was blind for 900 ms \(no probe was sent\)\. Outage/);
    expect(found.get('node-failure.web.r1')?.statusDetails.message).toBe('Outage 37.77-37.79 s, limit 30 s.');
  });

  test('says in the Allure report which version measured and which one judged', () => {
    const [, data = ''] = /allureReportData\["widgets\/variables.json"\] = "([^"]*)"/.exec(readFileSync(paths.allure, 'utf8')) ?? [];
    expect(JSON.parse(Buffer.from(data, 'base64').toString('utf8'))).toMatchObject({ Tool: expect.stringMatching(/\(measured\).*\(judged\)/) as string });
  });

  test('tells the steps at their recorded times, with what happened below them', () => {
    const result = results().get('node-failure.web.r1');
    const [cut, failover] = result?.steps ?? [];
    expect(cut).toMatchObject({ name: 'Cut the power of n2, where web runs', status: 'passed', start: (result?.start ?? 0) + 3900, stop: (result?.start ?? 0) + 4300 });
    expect(cut?.steps.map(({ name }) => name)).toEqual(['injecting node-power on n2; its undo is on disk', 'node-power is in place']);
    expect(failover?.steps.map(({ name }) => name)).toContain('phase fenced reached (the cluster, polled)');
    expect(results().get('backup.web.r1')?.steps[0]).toMatchObject({ status: 'broken', statusDetails: { message: 'not met within 180 s' } });
  });

  test('carries labels, parameters, the timeline, tables and evidence', () => {
    const result = results().get('live-migration.web.r1');
    for (const label of [{ name: 'epic', value: 'Moving guests' }, { name: 'feature', value: 'live-migration' }, { name: 'parentSuite', value: 'synthetic' }, { name: 'verdict', value: 'pass' }]) expect(result?.labels).toContainEqual(label);
    expect(result?.parameters).toContainEqual({ name: 'probes', value: '900 sent, 8 lost, 15 late, 0 duplicate', excluded: true });
    expect(result?.labels).toContainEqual({ name: 'owner', value: 'storage team' });
    expect(result?.links).toEqual([{ name: 'runbook', url: 'https://wiki.example.org/cluster', type: 'link' }]);
    expect(result?.attachments.map(({ name, type }) => [name, type])).toEqual([['Measurements', 'text/csv'], ['Outages, each by itself', 'text/csv'], ['Log of the migration of web', 'text/plain']]);
    expect(result?.descriptionHtml).toContain('<td>outage</td><td>n1 to n2</td>');
  });
});

test('an Allure report that cannot be made is told, and takes nothing with it', async () => {
  const other = tellStory(join(root, 'other'));
  vi.stubEnv('TMPDIR', '/nonexistent');
  const { verdicts, trouble, paths: written } = await deriveAll(other).finally(() => vi.unstubAllEnvs());
  expect(trouble).toMatch(/nonexistent/);
  expect(verdicts.verdict).toBe('fail');
  expect([written.verdicts, written.junit, written.summary, written.charts].filter((path) => !existsSync(path))).toEqual([]);
});

test('a run that does not pass as a whole although its scenarios do has a test that says so in its Allure report, and a result of none', async () => {
  const run = beginSynthetic(join(root, 'cut-off'));
  tellHealth(run, 10);
  const { verdicts, paths: written, trouble } = await deriveAll(run.writer.folder);
  expect({ verdict: verdicts.verdict, trouble }).toEqual({ verdict: 'inconclusive', trouble: null });
  const tests = [...readFileSync(written.allure, 'utf8').matchAll(/allureReportData\["data\/test-results\/[^"]+"\] = "([^"]*)"/g)].map(([, data = '']) => JSON.parse(Buffer.from(data, 'base64').toString('utf8')) as { name: string; status: string });
  expect(tests.map(({ status }) => status).toSorted()).toEqual(['broken', 'passed']);
  expect(tests.find(({ status }) => status === 'broken')?.name).toBe(`Run ${verdicts.run} as a whole`);
  expect(readdirSync(join(run.writer.folder, 'allure-results')).filter((name) => name.endsWith('-result.json'))).toHaveLength(1);
});

test('when something else cannot be written, the process that writes the results is ended and leaves nothing', async () => {
  const other = tellStory(join(root, 'torn'));
  mkdirSync(join(other, 'summary.md', 'in the way'), { recursive: true });
  const temporary = join(root, 'temporary');
  mkdirSync(temporary);
  vi.stubEnv('TMPDIR', temporary);
  await expect(deriveAll(other).finally(() => vi.unstubAllEnvs())).rejects.toThrow(/summary\.md/);
  expect(readdirSync(temporary)).toEqual([]);
});

describe('the Allure report, opened from disk', () => {
  let browser: TestBrowser | null = null;
  let page: Page;
  const requests: string[] = [];
  const errors: string[] = [];
  beforeAll(async () => {
    browser = await startBrowser();
    page = await browser.context.newPage();
    page.setDefaultTimeout(60_000);
    page.on('request', (request) => requests.push(request.url()));
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('dialog', (dialog) => errors.push(`dialog: ${dialog.message()}`));
    await page.goto(pathToFileURL(paths.allure).href);
    await page.getByText('Moving guests').waitFor();
  }, 180_000);
  afterAll(async () => browser?.close());

  /** Opens the groups of the tree down to a scenario; groups in which all is well are closed at first. */
  async function findLeaf(id: string): Promise<string> {
    const leaf = page.getByTestId('tree-leaf-title').filter({ hasText: `${id}:` });
    const row = id.split('.')[0] as RowName;
    const title = (group: string): Locator => page.getByTestId('tree-section-title').getByText(group, { exact: true });
    await title(epicOf(row)).waitFor();
    if (await title(row).count() === 0) await title(epicOf(row)).click();
    await title(row).waitFor();
    if (await leaf.count() === 0) await title(row).click();
    return leaf.innerText();
  }

  test('shows every scenario in its group, and the verdict', async () => {
    for (const id of Object.keys(storyVerdicts)) expect(await findLeaf(id)).toContain(id);
    expect(await page.getByTestId('report-title').innerText()).toContain('synthetic (SIMULATED cluster): FAIL');
  });

  test('sorts what did not pass into categories by its verdict', async () => {
    await page.getByTestId('nav-tab-categories').click();
    for (const category of ['Failed: the cluster did not do what it must', 'Inconclusive: we cannot tell', 'Blocked: a precondition did not hold', 'Not applicable: the platform lacks it']) {
      await page.getByText(category).first().waitFor();
      expect(await page.locator('body').innerText()).toContain(category);
    }
    await page.getByTestId('nav-tab-results').click();
  });

  test('shows the timeline of a scenario at once, its reason and its figures', async () => {
    await page.getByText('node-failure.web.r1: Power loss').first().click();
    const description = page.frameLocator('iframe').first();
    const timeline = description.locator('img[alt="Timeline of web.icmp"]');
    await timeline.waitFor();
    expect(await timeline.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBe(1000);
    const text = `${await page.locator('body').innerText()} ${await description.locator('body').innerText()}`;
    expect(text).toContain('Outage 37.77-37.79 s, limit 30 s.');
    expect(text).toContain('5900-6400 ms');
    expect(text).toContain('Cut the power of n2, where web runs');
  });

  test('shows what became of a scenario in the run before', async () => {
    await page.goto(pathToFileURL(paths.allure).href);
    await page.getByText('node-failure.web.r1: Power loss').first().click();
    await page.getByText(/^History ?1?$/).first().click();
    await page.getByText('1m 1s').first().waitFor();
    expect(await page.locator('body').innerText()).toMatch(/1m 1s/);
  });

  test('shows a hostile name as text, runs nothing of it, and asks nobody on the network', async () => {
    await page.goto(pathToFileURL(paths.allure).href);
    await page.getByText('rm-rf-script').first().click();
    await page.getByText(hostileGuest).first().waitFor();
    expect(errors).toEqual([]);
    expect(requests.filter((url) => /^(https?|wss?):/.test(url))).toEqual([]);
  });
});

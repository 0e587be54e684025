import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestBrowser } from './testing/browser.ts';
import { serveSite } from './serve.ts';
import type { ReportServer } from './serve.ts';
import { around, judgedByTool, judgedRun, judgedScenario, keepRun } from './testing/judged.ts';
import { startBrowser } from './testing/browser.ts';
import { hostileGuest } from './testing/synthetic-run.ts';

let root = '';
let server: ReportServer;
let outside = '';
const asked: string[] = [];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'site-'));
  for (const [index, truth] of [...around(10_000, 8), ...around(15_000, 8)].entries()) keepRun(root, judgedRun('first', index, [judgedScenario([truth])]));
  for (const [index, truth] of around(13_000, 8).entries()) keepRun(root, judgedRun('second', index, [judgedScenario([truth], { id: 'node-failure.made.worker.r1', guest: index === 0 ? hostileGuest : 'web', reason: '<img src=x onerror=alert(1)>' })]));
  keepRun(root, judgedRun('hidden', 0, [judgedScenario([1000])]));
  const newest = keepRun(root, judgedByTool(judgedRun('first', 40, [judgedScenario([15_000])]), 'ha-acceptance 9.9.9'));
  mkdirSync(join(newest, 'allure-report'));
  mkdirSync(join(newest, 'charts'));
  // A program in one file, as Allure's report is one, that also tries what it must not.
  writeFileSync(join(newest, 'allure-report', 'index.html'), '<!doctype html><title>A report</title><p id="kept"></p><script>localStorage.setItem("a", "b"); document.getElementById("kept").textContent = localStorage.getItem("a"); fetch("/").then(() => document.title = "read the site", () => document.title = "A report, kept apart");</script>');
  writeFileSync(join(newest, 'charts', 'a b.svg'), '<svg xmlns="http://www.w3.org/2000/svg"><title>A chart</title><script>document.title = "ran"</script></svg>');
  writeFileSync(join(root, 'secret.svg'), 'secret');
  symlinkSync(join(root, 'secret.svg'), join(newest, 'charts', 'linked.svg'));
  const damaged = join(root, 'first', '20260301T020000Z-dama');
  mkdirSync(damaged);
  writeFileSync(join(damaged, 'run.json'), '{');
  outside = mkdtempSync(join(tmpdir(), 'site-outside-'));
  const named = keepRun(outside, judgedRun('elsewhere', 0, [judgedScenario([1000])]));
  server = await serveSite({
    root,
    environments: ['first', 'second'],
    named: new Map([[`elsewhere/${basename(named)}`, named]]),
    merged: null,
    tool: 'ha-acceptance made-up',
    issuesOf: () => [],
    trendRuns: 100,
    parseMargin: (text, gathered) => {
      asked.push(text);
      if (!text.endsWith('ms')) throw new Error(`"${text}" is not a duration.`);
      return { ...gathered, '*': Number(text.slice(0, -2)) };
    },
  });
});
afterAll(async () => {
  server.close();
  await server.closed;
  for (const folder of [root, outside]) rmSync(folder, { recursive: true });
});

interface Reply {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}

/** Asks for exactly this path: a client that resolves `..` by itself would hide what is tested. */
async function ask(path: string, { host, method = 'GET' }: { host?: string; method?: string } = {}): Promise<Reply> {
  const { port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path, method, headers: { host: host ?? `127.0.0.1:${port}` } }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asking.once('error', reject).end();
  });
}

const newestReport = '/runs/first/20260210T020000Z-made';

describe('the server', () => {
  test.each([['evil.example', 421], ['evil.example:80', 421], ['127.0.0.1.evil.example', 421], ['localhost:8080', 200], ['127.0.0.1', 200], ['[::1]:9', 200]])('under the name %s it answers with %d', async (host, status) => {
    const reply = await ask('/', { host });
    expect(reply.status).toBe(status);
    expect(reply.body.includes('20260101')).toBe(status === 200);
  });

  test('only reads, and says of every answer what it is and what it may do', async () => {
    expect(await ask('/', { method: 'POST' })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    expect(await ask('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    for (const [path, type, allowsScripts] of [['/', 'text/html; charset=utf-8', false], [newestReport, 'text/html; charset=utf-8', false], [`${newestReport}/charts/a%20b.svg`, 'image/svg+xml', false], [`${newestReport}/verdicts.json`, 'application/json', false], [`${newestReport}/allure-report/index.html`, 'text/html; charset=utf-8', true]] as const) {
      const { headers, status } = await ask(path);
      expect({ path, status, type: headers['content-type'], nosniff: headers['x-content-type-options'] }).toEqual({ path, status: 200, type, nosniff: 'nosniff' });
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(String(headers['content-security-policy']).includes('script-src')).toBe(allowsScripts);
    }
  });

  test.each([
    '/../../etc/passwd', '/runs/first/../hidden', '/runs/..%2f..%2fetc/passwd', '/runs/hidden/20260101T020000Z-made', '/trends/hidden', `${newestReport}/run.json`, `${newestReport}/..%2f..%2fsecret.svg`,
    `${newestReport}/charts/linked.svg`, `${newestReport}/charts/..%2fverdicts.json`, `${newestReport}/charts/%00`, '/%', '/merged', '/nothing', '/compare?run=hidden/20260101T020000Z-made&run=first/20260101T020000Z-made',
  ])('%s is not there', async (path) => {
    const { status, body } = await ask(path);
    expect(status).toBe(404);
    expect(body).not.toMatch(/root:|secret$/);
  });

  test('a run that was named from another folder is shown, and a damaged one with why', async () => {
    expect(await ask('/runs/elsewhere/20260101T020000Z-made')).toMatchObject({ status: 200, body: expect.stringContaining('elsewhere/') });
    expect((await ask('/')).body).toMatch(/dama<\/a>.*cannot be read: [^<]*run\.json/);
  });

  test('which version measured a run and which judged it stands in the list and on its page', async () => {
    for (const page of ['/', newestReport]) expect((await ask(page)).body).toContain('ha-acceptance 0.0.0-synthetic (measured), ha-acceptance 9.9.9 (judged)');
  });

  test('what was declared and cannot be read is said on the page', async () => {
    expect((await ask('/compare')).status).toBe(400);
    expect(await ask('/compare?run=first/20260101T020000Z-made&run=second/20260102T020000Z-made&margin=far')).toMatchObject({ status: 400, body: expect.stringContaining('&quot;far&quot; is not a duration.') });
  });
});

describe('in a browser', () => {
  let browser: TestBrowser;
  beforeAll(async () => {
    browser = await startBrowser({ loopback: true });
  });
  afterAll(async () => browser.close());

  /** A page, and every address that it asked for elsewhere and every script error of it. */
  async function open(path: string) {
    const page = await browser.context.newPage();
    const trouble: string[] = [];
    page.on('request', (asking) => {
      if (!asking.url().startsWith(server.url) && !asking.url().startsWith('data:')) trouble.push(asking.url());
    });
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('dialog', (dialog) => trouble.push(dialog.message()));
    await page.goto(new URL(path, server.url).href);
    return { page, trouble };
  }

  test('the start page lists the runs, and the keyboard alone chooses two and compares them', async () => {
    const { page, trouble } = await open('/');
    expect(await page.title()).toBe('Runs');
    expect(await page.getByRole('main').count()).toBe(1);
    expect(await page.getByRole('navigation').getByRole('link').allTextContents()).toEqual(['Runs', 'Trends of elsewhere', 'Trends of first', 'Trends of second']);
    expect(await page.getByRole('region', { name: 'first' }).getByRole('rowheader').count()).toBe(18);
    expect(await page.getByRole('row', { name: /20260102T020000Z-made/ }).first().textContent()).toMatch(/✔ pass.*1 pass.*2026-01-02 02:00 UTC/);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.id')).toBe('margin');
    await page.keyboard.type('1ms');
    for (const name of ['Compare first/20260103T020000Z-made', 'Compare second/20260103T020000Z-made']) {
      for (let tabs = 0; tabs < 200 && (await page.evaluate('document.activeElement.getAttribute("aria-label")')) !== name; tabs++) await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
    }
    await page.keyboard.press('Enter');
    await page.waitForURL(/compare/);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toMatch(/^With reservations: first versus second: 1 not enough data/);
    expect(await page.locator('pre').textContent()).toBe('npx --no ha-acceptance compare --margin 1ms first/20260103T020000Z-made second/20260103T020000Z-made');
    expect(await page.getByRole('img').count()).toBeGreaterThan(0);
    expect(await page.getByText(/^No strips of .*: its record has no events of this scenario\.$/).count()).toBeGreaterThan(0);
    expect(asked).toContain('1ms');
    expect(trouble).toEqual([]);
  });

  test('a comparison that is refused says why, and leads back', async () => {
    const { page } = await open('/compare?run=first/20260101T020000Z-made&run=first/20260102T020000Z-made');
    expect(await page.getByRole('alert').textContent()).toMatch(/All runs are of environment first/);
    await page.getByRole('link', { name: 'Back to the runs' }).click();
    expect(await page.title()).toBe('Runs');
  });

  test('trends are those of history, and texts from outside are text', async () => {
    const { page } = await open('/trends/first');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toMatch(/^first: 1 regression/);
    expect(await page.getByRole('link', { name: 'Trends of first' }).getAttribute('aria-current')).toBe('page');
    const hostile = await open('/runs/second/20260101T020000Z-made');
    expect(await hostile.page.getByRole('cell', { name: '<img src=x onerror=alert(1)>' }).count()).toBe(1);
    expect(hostile.trouble).toEqual([]);
  });

  test("a run's page leads to its report, which keeps its settings and cannot read the site; a chart runs nothing", async () => {
    const { page } = await open('/');
    await page.getByRole('link', { name: '20260210T020000Z-made' }).click();
    expect(await page.title()).toBe('Run first/20260210T020000Z-made');
    await page.getByRole('link', { name: 'Allure report' }).click();
    await expect.poll(async () => page.title(), { timeout: 60_000 }).toBe('A report, kept apart');
    expect(await page.locator('#kept').textContent()).toBe('b');
    const chart = await open(`${newestReport}/charts/a%20b.svg`);
    expect(await chart.page.title()).toBe('A chart');
  });
});

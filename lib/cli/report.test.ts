import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { verdictsSchema } from '../record/verdicts-schema.ts';
import { tellStory } from '../reporting/testing/story.ts';
import { cli, startCli } from './testing.ts';

let root = '';
let folder = '';
let run = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'report-cli-'));
  folder = tellStory(root);
  run = `synthetic/${basename(folder)}`;
});
afterAll(() => rmSync(root, { recursive: true }));

const environment = (): Record<string, string> => ({ HA_ACCEPTANCE_REPORTS: root });

function limitsFile(text: string): string {
  const path = join(root, 'other.yaml');
  writeFileSync(path, text);
  return path;
}

describe('report', () => {
  test('makes everything again and says where it is', async () => {
    const { code, out } = await cli(['report', '--png', '--to', join(root, 'merged'), run], environment());
    expect(readFileSync(join(folder, 'charts', 'node-failure.web.r1.phases.png')).subarray(1, 4).toString()).toBe('PNG');
    expect(out).toMatch(/✘ FAIL +node-failure\.web\.r1/);
    expect(out).toContain(join(folder, 'allure-report', 'index.html'));
    expect(out).toContain(`summary:    ${join(root, 'merged', 'summary.md')}`);
    expect(existsSync(join(root, 'merged', 'allure-report', 'index.html'))).toBe(true);
    expect(code).toBe(0);
    expect(verdictsSchema.parse(JSON.parse(readFileSync(join(root, 'synthetic', 'latest', 'verdicts.json'), 'utf8'))).run).toBe(basename(folder));
  });

  test('an expected environment without a run is blocked in the report over all, and the command says so, also where there is no run at all', async () => {
    const folderOf = join(root, 'expected');
    const { code, out } = await cli(['report', '--json', '--to', folderOf, '--expect', 'synthetic, prod-b', run], environment());
    expect(JSON.parse(out.slice(out.indexOf('[\n'))) as unknown).toContainEqual(expect.objectContaining({ run: 'fleet', verdict: 'fail', missing: ['prod-b'] }));
    expect(code).toBe(3);
    const none = await cli(['report', '--to', folderOf, '--expect', 'prod-a,prod-b'], environment());
    expect(none).toMatchObject({ code: 3, out: expect.stringContaining('all of them: ■ blocked') });
    expect(readFileSync(join(folderOf, 'summary.md'), 'utf8')).toContain('No run of prod-a, prod-b.');
    expect(await cli(['report', '--expect', 'prod a', run], environment())).toMatchObject({ code: 64, out: expect.stringContaining('Write them as prod-a,prod-b') });
    expect(await cli(['report', '--expect', 'prod-a', '--export', 'csv', run], environment())).toMatchObject({ code: 64 });
  });

  test('serves the report on this machine until it is told to stop', async () => {
    const serving = startCli(['report', run, '--serve'], environment());
    onTestFinished(async () => {
      // Whatever failed before: nothing is left running.
      if (existsSync(`/proc/${serving.pid}`)) process.kill(-serving.pid, 'SIGKILL');
      await serving.ended;
    });
    await expect.poll(() => serving.output(), { timeout: 100_000 }).toMatch(/http:\/\/127\.0\.0\.1:\d+\//);
    const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(serving.output())?.[0] ?? '';
    const [page, trends, other] = await Promise.all([fetch(url), fetch(`${url}trends/synthetic`), fetch(`${url}etc/passwd`)]);
    expect(await page.text()).toContain(`href="/runs/${run}"`);
    expect(await trends.text()).toContain('<title>synthetic: 0 regressions');
    expect(other.status).toBe(404);
    process.kill(serving.pid, 'SIGTERM');
    expect(await serving.ended).toMatchObject({ code: 0 });
  });

  test('exports the samples of every probe, and nothing else', async () => {
    const { code, out } = await cli(['report', '--export', 'csv', run], environment());
    const files = out.split('\n').filter((line) => line.includes('.csv'));
    expect(code).toBe(0);
    expect(files.length).toBeGreaterThan(1);
    for (const line of files) {
      const [, file = '', rows] = /^(.*) \((\d+) probes\)$/.exec(line) ?? [];
      expect(readFileSync(file, 'utf8').trimEnd().split('\r\n').length).toBe(Number(rows) + 1);
    }
    expect(out).not.toContain('allure');
    expect(await cli(['report', '--export', 'xls', run], environment())).toMatchObject({ code: 64 });
  });

  test('without a run it serves all there are, and does nothing else', async () => {
    for (const args of [['report'], ['report', '--serve', '--export', 'csv']]) expect(await cli(args, environment())).toMatchObject({ code: 64, out: expect.stringContaining('Name a run') });
    expect(await cli(['report', '--serve', '--to', root], environment())).toMatchObject({ code: 64, out: expect.stringContaining('Name them') });
  });

  test('an unknown run is named with those that exist', async () => {
    expect(await cli(['report', 'synthetic/nope'], environment())).toMatchObject({ code: 64, out: expect.stringContaining(basename(folder)) });
  });
});

describe('rejudge', () => {
  test('judges by other limits beside the run, whose own verdicts stay, and ends with the code of the verdict', async () => {
    const before = readFileSync(join(folder, 'verdicts.json'), 'utf8');
    const { code, out } = await cli(['rejudge', run, '--limits', limitsFile('limits:\n  live-migration: { outage: 2s, lost: 200 }\n  node-failure: { outage: 60s }\n'), '--json'], environment());
    const { verdicts, paths, limitsFrom } = JSON.parse(out.slice(out.indexOf('{'))) as { verdicts: unknown; limitsFrom: string; paths: { verdicts: string; summary: string } };
    expect(limitsFrom).toContain('other.yaml');
    expect(verdictsSchema.parse(verdicts)).toMatchObject({ verdict: 'blocked' });
    expect(code).toBe(3);
    expect(paths.verdicts).toMatch(new RegExp(`^${join(folder, 'rejudged', 'other-')}[0-9a-f]{8}/verdicts\\.json$`));
    expect(verdictsSchema.parse(JSON.parse(readFileSync(paths.verdicts, 'utf8'))).limitsFrom).toContain('other.yaml');
    expect(readFileSync(paths.summary, 'utf8')).toContain('other.yaml');
    expect(readFileSync(join(folder, 'verdicts.json'), 'utf8')).toBe(before);
  });

  test('files of one name in two folders do not replace what the other one judged', async () => {
    const judged = await Promise.all(['a', 'b'].map(async (name) => {
      mkdirSync(join(root, name));
      const file = join(root, name, 'strict.yaml');
      writeFileSync(file, `limits:\n  node-failure: { outage: ${name === 'a' ? '60s' : '50s'} }\n`);
      const { printed } = await cli(['rejudge', run, '--limits', file, '--json'], environment());
      return { file, path: (JSON.parse(printed) as { paths: { verdicts: string } }).paths.verdicts };
    }));
    for (const { file, path } of judged) expect(verdictsSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).limitsFrom).toContain(file);
    expect(new Set(judged.map(({ path }) => path)).size).toBe(2);
  });

  test('without other limits it judges by those of the run', async () => {
    expect(await cli(['rejudge', run], environment())).toMatchObject({ code: 1, out: expect.stringContaining('Outage 37.77-37.79 s, limit 30 s.') });
  });

  test('limits that the probes of the run cannot tell are refused, with line and column', async () => {
    const { code, out } = await cli(['rejudge', run, '--limits', limitsFile('limits:\n  node-failure: { outage: 12ms }\n')], environment());
    expect(out).toMatch(/other\.yaml:2:\d+: .*12 ms is too fine/);
    expect(code).toBe(64);
  });

  test('a record that names files outside of it is not followed there', async () => {
    const events = join(folder, 'events.jsonl');
    const before = readFileSync(events, 'utf8');
    writeFileSync(events, before.replace('samples/live-migration.web.r1', '../../../../etc'));
    const end = await cli(['rejudge', run], environment());
    writeFileSync(events, before);
    expect(end.out).toMatch(/The samples of web\.icmp cannot be read: The record of run \S+ names the file/);
    expect(end.code).toBe(1);
  });
});

test.each(['environment', 'run', 'verdicts', 'comparison', 'history', 'stream'])('schema %s prints a JSON Schema', async (name) => {
  const { code, out } = await cli(['schema', name]);
  expect(JSON.parse(out)).toMatchObject({ $schema: expect.stringContaining('json-schema.org'), type: 'object' });
  expect(code).toBe(0);
});

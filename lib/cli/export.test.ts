import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { judgedRun, judgedScenario, keepRun } from '../reporting/testing/judged.ts';
import { tellStory } from '../reporting/testing/story.ts';
import { cli } from './testing.ts';

let root = '';
let run = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'export-cli-'));
  run = `synthetic/${basename(tellStory(root))}`;
});
afterAll(() => rmSync(root, { recursive: true }));

const exportRun = async (...args: string[]): ReturnType<typeof cli> => cli(['report', run, '--export', ...args], { HA_ACCEPTANCE_REPORTS: root });

test('the figures of a run go to a folder for the textfile collector', async () => {
  mkdirSync(join(root, 'textfile'));
  const { code, out } = await exportRun('prometheus', '--to', join(root, 'textfile'));
  expect(code).toBe(0);
  expect(out).toContain(join(root, 'textfile', 'ha-acceptance-synthetic.prom'));
  expect(readFileSync(join(root, 'textfile', 'ha-acceptance-synthetic.prom'), 'utf8')).toContain('ha_acceptance_run_verdict{environment="synthetic",verdict="fail"} 1\n');
});

test('of two runs of an environment the one that began last is exported, in whatever order they are named, and the other is told', async () => {
  const [older = '', newer = ''] = [1, 2].map((number) => basename(keepRun(root, judgedRun('prod-a', number, [judgedScenario([100])]))));
  for (const order of [[older, newer], [newer, older]]) {
    const folder = join(root, `newest-${order.indexOf(newer)}`);
    mkdirSync(folder);
    const { code, out } = await cli(['report', '--export', 'prometheus', '--to', folder, ...order.map((id) => `prod-a/${id}`)], { HA_ACCEPTANCE_REPORTS: root });
    expect(code).toBe(0);
    expect(readFileSync(join(folder, 'ha-acceptance-prod-a.prom'), 'utf8')).toContain(`run="${newer}"`);
    expect(out).toContain(`prod-a/${older} is left out: ${newer} of the same environment began later.`);
  }
});

test('the figures of a run go to a collector', async () => {
  const paths: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url);
    request.resume().on('end', () => response.writeHead(200).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { code } = await exportRun('otlp', '--to', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect({ code, paths }).toEqual({ code: 0, paths: ['/v1/metrics'] });
});

test.each([
  [['otlp', '--to', 'ftp://127.0.0.1'], 'is not the URL of a collector'],
  [['otlp', '--to', 'http://user:canary-77@127.0.0.1:4318'], 'holds a user or a password'],
  [['csv', '--to', '/tmp'], '--to is for --export prometheus and otlp'],
])('%j is refused', async (args, message) => {
  const { code, out } = await exportRun(...args);
  expect(code).toBe(64);
  expect(out).toContain(message);
  expect(out).not.toContain('canary-77');
});

test('a folder that is not there is refused, since nobody reads what is put there', async () => {
  writeFileSync(join(root, 'a-file'), '');
  for (const name of ['slip', 'a-file']) expect(await exportRun('prometheus', '--to', join(root, name))).toMatchObject({ code: 64, out: expect.stringContaining('is no folder, so no collector reads it') });
  expect(existsSync(join(root, 'slip'))).toBe(false);
});

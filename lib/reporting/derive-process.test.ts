import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRun } from '../record/run-reader.ts';
import { registerSecret } from '../record/scrub.ts';
import { derive } from './derive.ts';
import { deriveApart } from './derive-process.ts';
import { tellStory } from './testing/story.ts';

let root = '';
let folder = '';
let told: string[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'derive-process-'));
  folder = tellStory(root);
  told = [];
});
afterEach(() => rmSync(root, { recursive: true }));

/** Processes that this one started and that have not ended. */
const children = (): number[] => readdirSync('/proc/self/task').flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter((pid) => pid.trim() !== '').map(Number));

/** Derives, and does something to the process as soon as it says what it does. */
async function interrupted(signal: NodeJS.Signals): Promise<unknown> {
  const before = new Set(children());
  return deriveApart({ path: folder, rejudge: null, latestBelow: null, stage: null }, (line) => {
    told.push(line);
    for (const pid of children()) if (!before.has(pid)) process.kill(pid, signal);
  });
}

test('what another process derives is what this one would, and a secret that it does not know stays out of its errors', async () => {
  const { verdicts, trouble } = await deriveApart({ path: folder, rejudge: null, latestBelow: null, stage: null }, (line) => void told.push(line));
  expect({ ...verdicts, audit: null }).toEqual({ ...derive(readRun(folder)).verdicts, audit: null });
  expect([trouble, told]).toEqual([null, ['deriving the verdicts from the record', 'drawing the timelines']]);
  registerSecret('hunter22-in-a-path');
  await expect(deriveApart({ path: join(root, 'hunter22-in-a-path'), rejudge: null, latestBelow: null, stage: null }, () => undefined)).rejects.toThrow(/\[secret\] is not the record of a run/);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s, which a terminal sends to all of its processes, takes no verdict away', async (signal) => {
  await interrupted(signal);
  expect(told).toHaveLength(2);
  expect(existsSync(join(folder, 'verdicts.json'))).toBe(true);
});

test('a process that is killed is an error that says so, and no verdict', async () => {
  await expect(interrupted('SIGKILL')).rejects.toThrow(/could not be derived: the process that does it ended with SIGKILL\. .* try again with "ha-acceptance report"/);
});

test('an earlier Allure report does not stay beside new verdicts, also when none can be planned', async () => {
  mkdirSync(join(folder, 'allure-report'));
  writeFileSync(join(folder, 'allure-report', 'index.html'), 'of an earlier report');
  const { trouble } = await deriveApart({ path: folder, rejudge: null, latestBelow: null, stage: join(root, 'nowhere') }, () => undefined);
  expect(trouble).toContain('ENOENT');
  expect(existsSync(join(folder, 'allure-report'))).toBe(false);
  expect(existsSync(join(folder, 'summary.md'))).toBe(true);
});

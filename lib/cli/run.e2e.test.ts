import { setTimeout as sleep } from 'node:timers/promises';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Verdicts } from '../record/types.ts';
import { cli, startCli } from './testing.ts';

/** The harness against the real lab cluster: what it validates, and what it leaves when it is killed in the middle of a fault. */

const folder = mkdtempSync(join(tmpdir(), 'e2e-'));
const env = { HA_ACCEPTANCE_REPORTS: join(folder, 'reports'), XDG_STATE_HOME: join(folder, 'state') };

beforeAll(async () => {
  const up = await cli(['lab', 'up'], env);
  expect(up.out).not.toMatch(/error/i);
  expect(up.code).toBe(0);
});

afterAll(async () => {
  await cli(['lab', 'down'], env);
  rmSync(folder, { recursive: true });
});

function latestVerdicts(): Verdicts {
  return JSON.parse(readFileSync(join(env.HA_ACCEPTANCE_REPORTS, 'lab', 'latest', 'verdicts.json'), 'utf8')) as Verdicts;
}

/** Waits until the newest run's events show what is looked for. */
async function untilEvent(pattern: RegExp, timeoutMs: number): Promise<void> {
  const root = join(env.HA_ACCEPTANCE_REPORTS, 'lab');
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const newest = existsSync(root) ? readdirSync(root).filter((name) => name !== 'latest').toSorted().at(-1) : undefined;
    const file = newest === undefined ? null : join(root, newest, 'events.jsonl');
    if (file !== null && existsSync(file) && pattern.test(readFileSync(file, 'utf8'))) return;
    if (Date.now() > deadline) throw new Error(`no event matched ${pattern} within ${timeoutMs} ms`);
    await sleep(50);
  }
}

test('read-only rows and a backup pass, with every figure an interval, its limit, period and source', async () => {
  const end = await cli(['run', '--env', 'lab', '--suite', 'cluster-health', '--suite', 'backup', '--guest', 'dns'], env);
  expect(end.out).toMatch(/allure-report/);
  expect(end.code).toBe(0);
  const { scenarios, verdict } = latestVerdicts();
  expect(verdict).toBe('pass');
  expect(scenarios.map((scenario) => [scenario.id, scenario.verdict])).toEqual([['cluster-health.cluster.r1', 'pass'], ['backup.dns.r1', 'pass']]);
  const measurements = scenarios.flatMap((scenario) => scenario.measurements);
  expect(measurements.map((measurement) => measurement.name)).toEqual(expect.arrayContaining(['backup-time', 'outage', 'lost']));
  for (const { lo, hi, source } of measurements) {
    expect(hi).toBeGreaterThanOrEqual(lo);
    expect(source).not.toBe('');
  }
});

test('killed with SIGKILL at a random moment of a power failure, restore mends it, says what, and verifies it', async () => {
  const running = startCli(['run', '--env', 'lab', '--suite', 'node-failure', '--guest', 'web'], env);
  await untilEvent(/"kind":"fault-injecting"/, 120_000);
  await sleep(Math.random() * 8000);
  process.kill(-running.pid, 'SIGKILL');
  await running.ended;
  const check = await cli(['check', '--env', 'lab'], env);
  expect(check.code).toBe(3);
  expect(check.out).toMatch(/restore --env lab/);
  const restore = await cli(['restore', '--env', 'lab'], env);
  expect(restore.out).toMatch(/mended: .*power/i);
  expect(restore.out).toMatch(/whole again: verified/);
  expect(restore.code).toBe(0);
  const again = await cli(['restore', '--env', 'lab'], env);
  expect(again.out).toMatch(/nothing is open/);
  const health = await cli(['run', '--env', 'lab', '--suite', 'cluster-health'], env);
  expect(health.code).toBe(0);
});

test('interrupted by SIGTERM in the middle of a disk removal, it mends, reports what is missing and ends with 130', async () => {
  const running = startCli(['run', '--env', 'lab', '--suite', 'disk-removal'], env);
  await untilEvent(/"kind":"fault-injected"/, 120_000);
  process.kill(running.pid, 'SIGTERM');
  const end = await running.ended;
  expect(end.code).toBe(130);
  expect(end.out).toMatch(/Nothing more is injected/);
  expect(latestVerdicts().scenarios.map((scenario) => scenario.verdict)).toEqual(['inconclusive']);
  const check = await cli(['check', '--env', 'lab'], env);
  expect(check.out).toMatch(/lab is ready/);
});

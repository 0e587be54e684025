import { setTimeout as sleep } from 'node:timers/promises';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Verdicts } from '../record/types.ts';
import { carryOut } from './hostile/carry-out.ts';
import { environmentsFolder } from './places.ts';
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
  const earlier = new Set(existsSync(root) ? readdirSync(root) : []);
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const newest = existsSync(root) ? readdirSync(root).filter((name) => name !== 'latest' && !earlier.has(name)).toSorted().at(-1) : undefined;
    const file = newest === undefined ? null : join(root, newest, 'events.jsonl');
    if (file !== null && existsSync(file) && pattern.test(readFileSync(file, 'utf8'))) return;
    if (Date.now() > deadline) throw new Error(`no event matched ${pattern} within ${timeoutMs} ms`);
    await sleep(50);
  }
}

/** A copy of the environments whose lab.yaml is changed. */
function changedLab(change: (yaml: string) => string, files: Record<string, string> = {}): Record<string, string> {
  const copy = mkdtempSync(join(folder, 'environments-'));
  cpSync(environmentsFolder(), copy, { recursive: true });
  writeFileSync(join(copy, 'lab.yaml'), change(readFileSync(join(copy, 'lab.yaml'), 'utf8')));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(copy, name), text);
  return { ...env, HA_ACCEPTANCE_ENVIRONMENTS: copy };
}

const foreignKey = 'AAAAC3NzaC1lZDI1NTE5AAAAIIiAOXJ4ZKgG5dgLn2GzEsQmmJDTnMTCXYXVgPr1KKpk';

test.each<{ what: string; change: (yaml: string) => string; files?: Record<string, string>; says: RegExp }>([
  { what: 'the host keys of other machines', change: (yaml) => yaml.replace('"env:HA_ACCEPTANCE_LAB_KNOWN_HOSTS"', '"file:foreign_hosts"'), files: { foreign_hosts: [11, 12, 13].map((last) => `10.88.0.${last} ssh-ed25519 ${foreignKey}\n`).join('') }, says: /host key/i },
  { what: 'a guest that the cluster does not know', change: (yaml) => yaml.replace('id: web', 'id: wbe'), says: /wbe/ },
  { what: 'another certificate of a BMC', change: (yaml) => yaml.replace('fingerprint: "env:HA_ACCEPTANCE_LAB_BMC_FINGERPRINT"', 'fingerprint: "SHA256:0000000000000000000000000000000000000000000"'), says: /certificate/i },
  { what: 'the identity of another cluster', change: (yaml) => yaml.replace('arm: ha-acceptance-lab', 'arm: another-lab'), says: /calls itself "ha-acceptance-lab"/ },
])('$what: refused with the remedy and 3, nothing injected', async ({ change, files, says }) => {
  const end = await cli(['run', '--env', 'lab', '--suite', 'node-failure'], changedLab(change, files));
  expect(end.out).toMatch(says);
  expect(end.code).toBe(3);
  expect(existsSync(join(env.HA_ACCEPTANCE_REPORTS, 'lab'))).toBe(false);
});

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

test('with every ssh connection cut in the middle of a backup, which goes on, it ends with a verdict, and no archive and no job is left', async () => {
  const outcome = await carryOut({ what: 'ssh, cut in the middle of a backup, which goes on' }, env);
  expect(outcome.problems).toEqual([]);
  expect(outcome.said).toMatch(/^[02]; backup\.web\.r1: (?:pass|inconclusive)/);
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

test('without a lab up: killed with SIGKILL in the middle of a fault, the world and everything of it is gone, which is not called mended', async () => {
  expect((await cli(['lab', 'down'], env)).code).toBe(0);
  const running = startCli(['run', '--env', 'lab', '--suite', 'disk-removal'], env);
  await untilEvent(/"kind":"fault-injected"/, 300_000);
  process.kill(-running.pid, 'SIGKILL');
  await running.ended;
  await sleep(3000);
  const status = await cli(['lab', 'status', '--json'], env);
  expect(status.code).toBe(3);
  expect(JSON.parse(status.out)).toMatchObject({ state: 'down' });
  const restore = await cli(['restore', '--env', 'lab'], env);
  expect(restore.out).toMatch(/moot \(its world is gone\)/);
  expect(restore.out).not.toMatch(/^mended/m);
  expect(restore.code).toBe(0);
});

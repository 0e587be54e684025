import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { noNetworkReason } from '../probes/netns.ts';
import { identify, isAlive } from '../record/process-identity.ts';
import { standInName } from './stand-in/environment-file.ts';
import { startStandIn } from './stand-in/stand-in.ts';
import type { StandIn } from './stand-in/stand-in.ts';

const missing = noNetworkReason();
if (missing !== null) console.warn(`interrupted.net.test.ts interrupts nothing here: ${missing}`);

/** Whole runs against the stand-in cluster, interrupted in the middle of a fault in each way that is no crash of our own. */
describe.skipIf(missing !== null)('a whole run in the middle of a fault', () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startStandIn();
  });
  afterEach(() => {
    for (const file of ['hand-hangs-remove', 'hand-pid']) standIn.set(file, null);
    rmSync(killSwitch(), { force: true });
  });
  afterAll(async () => standIn.stop());

  const killSwitch = (): string => join(standIn.state, 'ha-acceptance', 'STOP');
  const inPlace = /"kind":"fault-injected"/;
  const restore = ['restore', '--env', standInName];

  test('the kill switch stops it: nothing more is injected, all is mended, 130; while it exists nothing begins', { timeout: 400_000 }, async () => {
    const running = standIn.start(standIn.run('disk-removal'));
    const run = await standIn.untilEvent(inPlace);
    expect(standIn.diskIsIn()).toBe(false);
    mkdirSync(join(standIn.state, 'ha-acceptance'), { recursive: true });
    writeFileSync(killSwitch(), '');
    const { out, code } = await running.ended;
    expect(out).toMatch(/Stopping: the kill switch .*STOP exists\. Nothing more is injected; mending/);
    expect(code).toBe(130);
    expect(standIn.diskIsIn()).toBe(true);
    expect(standIn.verdicts(run).scenarios.map(({ verdict }) => verdict)).toEqual(['inconclusive']);
    const next = await standIn.cli(standIn.run('disk-removal'));
    expect(next.out).toMatch(/kill switch .* exists: nothing may be injected/);
    expect(next.code).toBe(3);
  });

  test('everything killed while a hand hangs: restore finds the hand and ends it, mends, and says both', { timeout: 400_000 }, async () => {
    standIn.set('hand-hangs-remove', '');
    const running = standIn.start(standIn.run('disk-removal'));
    const pidFile = join(standIn.target, 'hand-pid');
    await expect.poll(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8').endsWith('\n'), { timeout: 180_000 }).toBe(true);
    const hand = identify(Number(readFileSync(pidFile, 'utf8')));
    if (hand === null) throw new Error('the hand does not run');
    process.kill(-running.pid, 'SIGKILL');
    await running.ended;
    expect(isAlive(hand)).toBe(true);
    standIn.set('hand-hangs-remove', null);
    const { out, code } = await standIn.cli(restore);
    expect(out).toMatch(new RegExp(`ending process ${hand.pid} \\("sh .*disk-hand\\.sh remove .*outlived the harness`));
    expect(out).toMatch(/mended: put disk osd\.1 back into node n2/);
    expect(code).toBe(0);
    expect(isAlive(hand)).toBe(false);
    expect(standIn.diskIsIn()).toBe(true);
  });
});

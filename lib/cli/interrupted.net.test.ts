import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { noNetworkReason } from '../probes/netns.ts';
import { identify, isAlive } from '../record/process-identity.ts';
import { noSmallDiskReason } from '../safety/testing/small-disk.ts';
import { standInName } from './stand-in/environment-file.ts';
import { startStandIn } from './stand-in/stand-in.ts';
import type { StandIn } from './stand-in/stand-in.ts';
import { killWhole } from './testing.ts';

const missing = noNetworkReason() ?? noSmallDiskReason();
if (missing !== null) console.warn(`interrupted.net.test.ts interrupts nothing here: ${missing}`);

/** Whole runs against the stand-in cluster, interrupted in the middle of a fault in each way that is no crash of our own. */
describe.skipIf(missing !== null)('a whole run in the middle of a fault', () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startStandIn();
  });
  afterEach(() => {
    for (const file of ['storage-blind', 'hand-hangs-remove', 'hand-fails-insert', 'hand-pid']) standIn.set(file, null);
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

  test('a second signal is answered with what is still being mended and how to finish later', { timeout: 400_000 }, async () => {
    const earlier = standIn.runs();
    const running = standIn.start(standIn.run('disk-removal'));
    await standIn.untilEvent(inPlace, earlier);
    standIn.set('hand-fails-insert', '6\n');
    process.kill(running.pid, 'SIGTERM');
    await standIn.untilEvent(/attempt 1 of/, earlier);
    process.kill(running.pid, 'SIGINT');
    const { out, code } = await running.ended;
    expect(out).toMatch(new RegExp(`Still mending: put disk osd\\.1 back into node n2\\. To finish later: kill -KILL ${running.pid}, then npx --no ha-acceptance restore --env ${standInName}`));
    expect(code).toBe(130);
    expect(standIn.diskIsIn()).toBe(true);
  });

  test('its time cap stops it, and all is mended', { timeout: 500_000 }, async () => {
    standIn.set('storage-blind', '');
    const { out, code } = await standIn.cli([...standIn.run('disk-removal'), '--cap', '1']);
    expect(out).toMatch(/Stopping: the run took longer than its cap of 1 minutes/);
    expect(code).toBe(130);
    expect(standIn.diskIsIn()).toBe(true);
  });

  test('everything killed while a hand hangs: restore finds the hand and ends it, mends, and says both', { timeout: 400_000 }, async () => {
    standIn.set('hand-hangs-remove', '');
    const running = standIn.start(standIn.run('disk-removal'));
    const pidFile = join(standIn.target, 'hand-pid');
    await expect.poll(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8').endsWith('\n'), { timeout: 180_000 }).toBe(true);
    const hand = identify(Number(readFileSync(pidFile, 'utf8')));
    if (hand === null) throw new Error('the hand does not run');
    await killWhole(running);
    expect(isAlive(hand)).toBe(true);
    standIn.set('hand-hangs-remove', null);
    const { out, code } = await standIn.cli(restore);
    expect(out).toMatch(new RegExp(`ending process ${hand.pid} \\("sh .*disk-hand\\.sh remove .*outlived the harness`));
    expect(out).toMatch(/mended: put disk osd\.1 back into node n2/);
    expect(code).toBe(0);
    expect(isAlive(hand)).toBe(false);
    expect(standIn.diskIsIn()).toBe(true);
  });

  test('the disk of the record fills up: it mends first, says that the record is incomplete, and does not end with 0', { timeout: 400_000 }, async () => {
    const holder = spawn('unshare', ['--mount', '--', 'sh', '-c', 'mount -t tmpfs -o size=4m,mode=700 small "$1" && echo ready && exec cat', 'sh', standIn.reports], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    const reports = join(`/proc/${holder.pid}/root`, standIn.reports);
    const events = (): string => (existsSync(join(reports, standInName)) ? readdirSync(join(reports, standInName)).map((name) => join(reports, standInName, name, 'events.jsonl')).map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : '')).join('') : '');
    const running = standIn.start(standIn.run('disk-removal'), {}, ['nsenter', '--target', String(holder.pid), '--mount', '--']);
    await expect.poll(() => inPlace.test(events()), { timeout: 180_000, interval: 50 }).toBe(true);
    for (const size of [1 << 20, 4096]) {
      try {
        for (;;) writeFileSync(join(reports, 'filler'), Buffer.alloc(size), { flag: 'a' });
      } catch (error) {
        expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
      }
    }
    const { out, code } = await running.ended;
    expect(out).toMatch(/incomplete|could not be made: .*ENOSPC|record .* cannot/i);
    expect([2, 70]).toContain(code);
    expect(standIn.diskIsIn()).toBe(true);
    holder.stdin.end();
    await once(holder, 'exit');
    const after = await standIn.cli(restore);
    expect(after.out).toMatch(/nothing is open/);
    expect(after.code).toBe(0);
  });
});

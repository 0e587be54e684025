import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { noNetworkReason } from '../probes/netns.ts';
import { testKey } from '../transports/testing/ssh-server.ts';
import { standInName } from './stand-in/environment-file.ts';
import { startStandIn } from './stand-in/stand-in.ts';
import type { StandIn } from './stand-in/stand-in.ts';
import { killWhole } from './testing.ts';

const missing = noNetworkReason();
if (missing !== null) console.warn(`restore.net.test.ts restores nothing here: ${missing}`);

/** What a run left whose every process was killed with a disk out. */
describe.skipIf(missing !== null)('restore behind a killed run', () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startStandIn();
  });
  beforeEach(async () => {
    const earlier = standIn.runs();
    const running = standIn.start(standIn.run('disk-removal'));
    await standIn.untilEvent(/"kind":"fault-injected"/, earlier);
    await killWhole(running);
  }, 400_000);
  afterAll(async () => standIn.stop());

  const restore = ['restore', '--env', standInName];

  test('mends nothing when another cluster answers, or machines that are not proven to be ours', { timeout: 400_000 }, async () => {
    const attempt = async (file: string, change: (text: string) => string) => {
      const path = join(standIn.environments, file);
      const right = readFileSync(path, 'utf8');
      writeFileSync(path, change(right));
      const end = await standIn.cli(restore).finally(() => writeFileSync(path, right));
      return { ...end, isIn: standIn.diskIsIn() };
    };
    const otherKey = await attempt('known_hosts', (text) => text.replaceAll(/ssh-ed25519 \S+/g, testKey().line));
    expect(otherKey.out).toMatch(/host key of .* has changed[^]*Nothing was mended: [^]*Still open: put disk osd\.1 back into node n2/);
    expect([otherKey.code, otherKey.isIn]).toEqual([3, false]);
    const otherName = await attempt(`${standInName}.yaml`, (text) => text.replace(/^arm: .*$/m, 'arm: another-cluster'));
    expect(otherName.out).toMatch(/The cluster that answers calls itself [^]*means "another-cluster"[^]*Nothing was mended: /);
    expect([otherName.code, otherName.isIn]).toEqual([3, false]);
    const { code } = await standIn.cli(restore);
    expect([code, standIn.diskIsIn(), existsSync(join(standIn.target, 'property'))]).toEqual([0, true, false]);
  });

  test('mends to its end when the terminal goes away, answers a second signal with what it is at, and ends with 130', { timeout: 400_000 }, async () => {
    standIn.set('hand-fails-insert', '8\n');
    const running = standIn.start(restore);
    const sees = async (pattern: RegExp): Promise<void> => {
      await expect.poll(() => running.output(), { timeout: 180_000, interval: 50 }).toMatch(pattern);
    };
    await sees(/attempt 1 of/);
    process.kill(running.pid, 'SIGHUP');
    await sees(/received SIGHUP: what is being mended is mended to its end first/);
    // Two signals within a moment are one; attempts are a second apart.
    const { length } = running.output().match(/attempt \d+ of/g) ?? [];
    await sees(new RegExp(`attempt ${length + 2} of`));
    process.kill(running.pid, 'SIGTERM');
    const { out, code } = await running.ended;
    expect(out).toMatch(new RegExp(`Still mending: put disk osd\\.1 back into node n2\\. To finish later: kill -KILL ${running.pid}, then npx --no ha-acceptance restore --env ${standInName}`));
    expect(out).toMatch(/mended: put disk osd\.1 back[^]*the cluster is whole again/);
    expect([code, standIn.diskIsIn(), existsSync(join(standIn.target, 'property'))]).toEqual([130, true, false]);
  });
});

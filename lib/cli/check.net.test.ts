import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noNetworkReason } from '../probes/netns.ts';
import { testKey } from '../transports/testing/ssh-server.ts';
import { standInName } from './stand-in/environment-file.ts';
import { startStandIn } from './stand-in/stand-in.ts';
import type { StandIn } from './stand-in/stand-in.ts';

const missing = noNetworkReason();
if (missing !== null) console.warn(`check.net.test.ts checks nothing here: ${missing}`);

describe.skipIf(missing !== null)('check', () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startStandIn();
  });
  afterAll(async () => standIn.stop());

  const check = async (...more: string[]) => standIn.cli(['check', '--env', standInName, ...more]);
  const file = (name: string): string => join(standIn.folder, 'environments', name);
  /** Checks with another content of a file, and puts the first one back. */
  const checkWith = async (name: string, change: (content: string) => string) => {
    const content = readFileSync(file(name), 'utf8');
    writeFileSync(file(name), change(content));
    try {
      return await check();
    } finally {
      writeFileSync(file(name), content);
    }
  };

  test('says that a whole cluster is ready, and which one it is', { timeout: 120_000 }, async () => {
    const { out, code } = await check('--json');
    const document = JSON.parse(out) as { ready: boolean; identity: { name: string; identity: string }; findings: { title: string; ok: boolean; remedy: string }[] };
    expect(document.findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(document).toMatchObject({ schema: 1, environment: standInName, ready: true, identity: { name: 'ha-acceptance-lab', identity: expect.stringMatching(/^SHA256:/) } });
    expect(document.findings.map(({ title }) => title)).toEqual(expect.arrayContaining(['it is the right cluster', 'no earlier run left something undone', 'this machine is no part of the target', 'power of n1 is on', 'the certificate of the BMC of n1 is trusted', 'disk osd.1 of n2 is in its slot', 'guest web answers an echo request from here', 'the cluster has quorum']));
    expect(code).toBe(0);
  });

  test('refuses another host key, and shows the fingerprints that were expected and offered', { timeout: 120_000 }, async () => {
    const other = testKey().line;
    const { out, code } = await checkWith('known_hosts', (content) => content.replaceAll(/ssh-ed25519 \S+/g, other));
    expect(out).toMatch(/host key/i);
    expect(new Set(out.match(/SHA256:[\w+/]{43}/g)).size).toBeGreaterThanOrEqual(2);
    expect(code).toBe(3);
  });

  test('shows the fingerprint of a certificate that is not the expected one, and what to do', { timeout: 120_000 }, async () => {
    const { out, code } = await checkWith(`${standInName}.yaml`, (content) => content.replaceAll(/fingerprint: .*/g, 'fingerprint: "SHA256:0000000000000000000000000000000000000000000"'));
    expect(out).toMatch(/\? +power of n1 is on.*certificate/);
    expect(out).toMatch(/BAD +the certificate of the BMC of n1 is trusted +it shows the certificate SHA256:(?!0{43})[\w+/]{43} \((?:[0-9A-F]{2}:){31}[0-9A-F]{2}\) and not SHA256:0{43}\n +what to do:.*compare it on the device.*nodes\[\]\.power\.fingerprint of n1/);
    expect(out).toMatch(/SHA256:(?!0{43})[\w+/]{43}/);
    expect(out).toMatch(/is not ready/);
    expect(code).toBe(3);
  });

  test('refuses a secret that others may read, and says the command that mends it', { timeout: 120_000 }, async () => {
    chmodSync(file('key'), 0o644);
    const { out, code } = await check();
    chmodSync(file('key'), 0o600);
    expect(out).toMatch(/other users may read it \(mode 644\)\. Run: chmod 600 .*key/);
    expect(code).toBe(64);
  });

  test('reports a disk that is out of its slot with the remedy', { timeout: 120_000 }, async () => {
    const slot = join(standIn.target, 'slots', 'osd.1');
    renameSync(slot, join(standIn.target, 'drawer', 'osd.1'));
    const { out, code } = await check();
    renameSync(join(standIn.target, 'drawer', 'osd.1'), slot);
    expect(out).toMatch(/BAD +disk osd\.1 of n2 is in its slot +removed, says its hand/);
    expect(out).toMatch(/what to do:.*Put osd\.1 back/);
    expect(code).toBe(3);
  });
});

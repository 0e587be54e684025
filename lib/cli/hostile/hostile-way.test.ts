import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadEnvironment } from '../../environment/load.ts';
import { openHostileWay } from './hostile-way.ts';
import type { HostileWay } from './hostile-way.ts';
import { until } from './run-watch.ts';

const hostKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIiAOXJ4ZKgG5dgLn2GzEsQmmJDTnMTCXYXVgPr1KKpk';
let folder: string;
let way: HostileWay;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ha-acceptance-way-test-'));
  const given = { IDENTITY: 'SHA256:invented', SSH_KEY: 'an invented key', KNOWN_HOSTS: [1, 2, 3].map((n) => `n${n},10.88.0.1${n} ${hostKey}\n`).join(''), BMC: 'admin:secret', BMC_FINGERPRINT: `SHA256:${'0'.repeat(43)}` };
  for (const [name, value] of Object.entries(given)) vi.stubEnv(`HA_ACCEPTANCE_LAB_${name}`, value);
  way = await openHostileWay({ route: false });
});
afterEach(async () => {
  await way.close();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test('the environment file leads through the proxies, with the host keys of the nodes', () => {
  const environment = loadEnvironment('lab', { folder: way.environments });
  expect(environment.endpoints.map(({ address, port }) => ({ address, port }))).toEqual(way.nodes.map(({ ssh }) => ({ address: '127.0.0.1', port: ssh.port })));
  expect(environment.ssh?.knownHosts.reveal()).toBe(way.nodes.map(({ ssh }) => `[127.0.0.1]:${ssh.port} ${hostKey}`).join('\n'));
  expect(environment.nodes.map(({ power }) => (power?.hand === 'redfish' ? [power.url, power.fingerprint] : []))).toEqual(way.nodes.map(({ bmc, bmcWire }) => [`https://127.0.0.1:${bmcWire.port}`, bmc.fingerprint]));
});

test.each(['before', 'after'] as const)('a hand is held %s its work until it is released', async (when) => {
  const worked = join(folder, 'worked');
  writeFileSync(join(folder, 'lab-disk-bay.mjs'), `#!/bin/sh\n: > ${worked}\nexit 3\n`);
  chmodSync(join(folder, 'lab-disk-bay.mjs'), 0o755);
  const [disk] = loadEnvironment('lab', { folder: way.environments }).nodes[0]?.disks ?? [];
  if (disk?.hand !== 'command') throw new Error('The lab has no disk with a command.');
  way.holdHand(when, 'remove');
  const [program = '', ...words] = disk.remove;
  const hand = spawn(program, words, { env: { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` } });
  const exit = once(hand, 'exit');
  await until('it has come to its gate', () => way.handCame(when, 'remove'), 5000);
  expect(existsSync(worked)).toBe(when === 'after');
  expect(hand.exitCode).toBeNull();
  way.releaseHands();
  expect(await exit).toEqual([3, null]);
  expect(existsSync(worked)).toBe(true);
});

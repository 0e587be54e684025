import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Environment } from './environment.ts';
import { loadEnvironment } from './load.ts';
import { EnvironmentError } from './problem.ts';

/** An environment file without fault, for tests to break. Its references are in `ordinaryVariables`. */
export const ordinaryFile = `schema: 1
name: made
platform: pacemaker
arm: MADE
identity: made-identity
endpoints: [{ node: n1, address: 127.0.0.1 }]
credentials: { token: "env:HA_MADE_TOKEN" }
ssh: { user: root, key: "env:HA_MADE_KEY", knownHosts: "env:HA_MADE_KNOWN_HOSTS" }
nodes:
  - { name: n1, address: 127.0.0.1, power: { hand: redfish, url: "https://127.0.0.3", credentials: "env:HA_MADE_BMC" } }
  - { name: n2, address: 127.0.0.2, disks: [{ id: osd.0, hand: command, remove: [r], insert: [i], status: [s] }] }
guests:
  - { name: web, id: web, address: 127.0.0.4, probes: [icmp] }
allow: { faults: [live-migration], nodes: [n1], guests: [web] }
limits: { live-migration: { outage: 1s, lost: 3 } }
policy: { backupWarnings: pass }
probe: { period: 10ms, wait: 10s }
`;

export const ordinaryVariables: Readonly<Record<string, string>> = { HA_MADE_TOKEN: 'token-of-the-test', HA_MADE_KEY: 'key-of-the-test', HA_MADE_KNOWN_HOSTS: 'n1 key', HA_MADE_BMC: 'admin:password-of-the-test' };

/** A folder with these files (mode 600), removed when the test ends. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'environments-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 });
  return folder;
}

/** Loads a file as environment "made". */
export function loadMade(yaml: string, env: Readonly<Record<string, string>> = ordinaryVariables, files: Readonly<Record<string, string>> = {}): Environment {
  return loadEnvironment('made', { folder: folderWith({ 'made.yaml': yaml, ...files }), env });
}

/** What an action complains of, a line a problem without the folder. Throws when it does not complain. */
export function problemsOf(action: () => unknown): string[] {
  try {
    action();
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems.map((problem) => problem.replace(/^\/[^:\s]*\//, ''));
    throw error;
  }
  throw new Error('Nothing was complained of.');
}

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fileOfEntry, openEntry } from '../safety/journal.ts';
import type { JournalEntry } from '../safety/journal.ts';
import { testKey } from '../transports/testing/ssh-server.ts';
import { cli } from './testing.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'other-identity-'));
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'));
  writeFileSync(join(folder, 'made.yaml'), `schema: 1
name: made
platform: pacemaker
arm: MADE
identity: "SHA256:0000000000000000000000000000000000000000000"
endpoints: [{ node: n1, address: 127.0.0.1, port: 1 }]
credentials: {}
ssh: { user: root, key: "env:HA_TEST_KEY", knownHosts: "env:HA_TEST_KNOWN_HOSTS" }
nodes:
  - { name: n1, address: 127.0.0.1 }
guests:
  - { name: web, id: web, address: 127.0.0.2, probes: [icmp] }
allow: { faults: [live-migration], nodes: [n1], guests: [web] }
`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function leaveOpen(more: Partial<Pick<JournalEntry, 'environment' | 'disposable'>> = {}): JournalEntry {
  return openEntry({ environment: 'made', cluster: { name: 'MADE', identity: 'other-identity' }, disposable: false, run: 'r', runFolder: join(folder, 'run'), scenario: 'disk-removal.cluster.r1', fault: 'disk-removal', target: { node: 'n1', role: null, disk: 'disk.1' }, undo: { inverse: 'disk-insert', version: 1, data: {}, title: 'put disk.1 back into n1', manual: ['push the tray in'] }, ...more });
}

const command = async (...words: string[]): ReturnType<typeof cli> => {
  const { private: key, line } = testKey();
  return cli(words, { HA_ACCEPTANCE_ENVIRONMENTS: folder, HA_ACCEPTANCE_REPORTS: join(folder, 'reports'), XDG_STATE_HOME: join(folder, 'state'), HA_TEST_KEY: key, HA_TEST_KNOWN_HOSTS: `127.0.0.1 ${line}` });
};

test('restore names an undo under another identity, with what to do by hand and how to close it, and does not end with 0', async () => {
  const file = fileOfEntry(leaveOpen());
  const { out, code } = await command('restore', '--env', 'made');
  expect(out).toMatch(/put disk\.1 back into n1[^]*identity: other-identity \(cluster MADE\)[^]*by hand: push the tray in/);
  expect(out).toContain(`delete ${file}`);
  expect(out).toMatch(/put its identity back where .*made\.yaml says SHA256:0{43}/);
  expect(out).not.toContain('nothing is open');
  expect([code, existsSync(file)]).toEqual([4, true]);
  rmSync(file);
  const again = await command('restore', '--env', 'made');
  expect(again.out).toMatch(/nothing is open for made/);
  expect(again.code).toBe(0);
});

test.each([['run', '--arm', 'MADE'], ['check'], ['plan']])('%s refuses and names it, before the cluster is asked or when that does not answer', async (name, ...more) => {
  leaveOpen();
  const { out, code } = await command(name, '--env', 'made', ...more);
  expect(out).toMatch(/1 undo\(s\) of made are open under another identity[^]*put disk\.1 back into n1[^]*by hand: push the tray in/);
  expect(code).toBe(3);
});

test('an undo of a world that this tool made, or of another environment, is none of it', async () => {
  leaveOpen({ disposable: true });
  leaveOpen({ environment: 'theirs' });
  const { out, code } = await command('restore', '--env', 'made');
  expect(out).toMatch(/nothing is open for made/);
  expect(code).toBe(0);
});

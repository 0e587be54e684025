import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { SshHost } from '../../transports/ssh.ts';
import { readLog } from './logs.ts';
import { scriptedFleet } from './testing.ts';
import type { Answer } from './testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'logs-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs commands on this machine. */
function local(): SshHost {
  return {
    name: 'n1',
    exec: async ([program = '', ...rest]) => {
      const { status, stdout, stderr } = spawnSync(program, rest, { encoding: 'utf8' });
      return { code: status ?? 127, stdout, stderr, ms: 1 };
    },
    close: async () => undefined,
  };
}

function scripted(answer: (command: string) => Answer): SshHost {
  const host = scriptedFleet(['n1'], (_node, command) => answer(command)).hosts.get('n1');
  if (host === undefined) throw new Error('no host');
  return host;
}

const source = { title: 'a log', tellsRecovery: false, ofStorage: false };

test('reads the first file that is there', async () => {
  const path = join(folder, 'second.log');
  writeFileSync(path, 'one\ntwo\n');
  expect(await readLog(local(), { ...source, files: [join(folder, 'first.log'), path] }, 0, {})).toEqual([{ about: null, text: 'one\ntwo\n' }]);
  expect(await readLog(local(), { ...source, files: [join(folder, 'none.log')] }, 0, {})).toBeNull();
});

test('looks through large files for bad news only, each by its name', async () => {
  writeFileSync(join(folder, 'web.big'), 'all is well\n*** Caught signal (Aborted) **\n');
  writeFileSync(join(folder, 'dns.big'), 'all is well\n');
  const filtered = { pattern: `${folder}/*.big`, nameOf: (path: string) => path.replace(/^.*\//, '') };
  expect(await readLog(local(), { ...source, filtered }, 0, {})).toEqual([{ about: 'web.big', text: '*** Caught signal (Aborted) **' }]);
  expect(await readLog(local(), { ...source, filtered: { ...filtered, pattern: `${folder}/*.none` } }, 0, {})).toBeNull();
});

test('large files of which none has bad news were read all the same', async () => {
  writeFileSync(join(folder, 'calm.quiet'), 'all is well\n');
  expect(await readLog(local(), { ...source, filtered: { pattern: `${folder}/*.quiet`, nameOf: (path) => path } }, 0, {})).toEqual([]);
});

test('a log that is there and cannot be read is an error, never an empty log', async () => {
  // In the words of GNU's tail and grep; root may read everything, so that they cannot be made to say it here.
  const denied = '/var/log/denied.log';
  await expect(readLog(scripted(() => ({ code: 1, stderr: `tail: cannot open '${denied}' for reading: Permission denied\n` })), { ...source, files: [denied] }, 0, {})).rejects.toThrow('Permission denied');
  await expect(readLog(scripted(() => ({ code: 2, stderr: `grep: ${denied}: Permission denied\n` })), { ...source, filtered: { pattern: denied, nameOf: () => '' } }, 0, {})).rejects.toThrow('Permission denied');
  await expect(readLog(scripted(() => ({ code: 1, stderr: 'Failed to open the journal: Permission denied\n' })), { ...source, journal: ['--dmesg'] }, 0, {})).rejects.toThrow('Permission denied');
});

test('a node without a journal keeps no such log', async () => {
  expect(await readLog(scripted(() => ({ code: 127, stderr: "env: 'journalctl': No such file or directory\n" })), { ...source, journal: ['--dmesg'] }, 0, {})).toBeNull();
});

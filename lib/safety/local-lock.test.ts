import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { identify } from '../record/process-identity.ts';
import { takeLocalLock } from './local-lock.ts';
import { clusterFolder } from './state-folder.ts';
import { noSmallDiskReason, withSmallDisk } from './testing/small-disk.ts';

const identity = 'SHA256:invented';
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  vi.stubEnv('XDG_STATE_HOME', folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const lockFile = (): string => join(clusterFolder(identity), 'lock.json');

function leave(content: string): void {
  mkdirSync(clusterFolder(identity), { recursive: true });
  writeFileSync(lockFile(), content);
}

/** The lock as this version writes it, with changes. */
function leaveChanged(changes: Record<string, unknown>): void {
  const release = takeLocalLock(identity, 'run on invented');
  const content = readFileSync(lockFile(), 'utf8');
  release();
  leave(JSON.stringify({ ...(JSON.parse(content) as object), ...changes }));
}

function heldBy(pid: number): void {
  leave(JSON.stringify({ process: identify(pid), since: '2026-11-21T00:00:00Z', reason: 'run on invented' }));
}

test('it is free again when it was released, and nothing of it is left', () => {
  takeLocalLock(identity, 'one')();
  expect(() => takeLocalLock(identity, 'two')()).not.toThrow();
  expect(readdirSync(clusterFolder(identity))).toEqual([]);
});

test('a second harness is refused and told who holds it, whatever it says', () => {
  const release = takeLocalLock(identity, 'run on invented');
  expect(() => takeLocalLock(identity, 'another')).toThrow(new RegExp(`pid ${process.pid}, since 20.*run on invented.*which runs`));
  expect(() => takeLocalLock(identity, 'another', { breakLock: true })).toThrow(/kill -TERM/);
  release();
});

test('one cluster does not lock another', () => {
  const release = takeLocalLock(identity, 'one');
  expect(() => takeLocalLock('SHA256:other', 'two')()).not.toThrow();
  release();
});

test('the lock of a process that died is taken over, and that is said', async () => {
  const child = spawn('sleep', ['60']);
  heldBy(child.pid ?? 0);
  expect(() => takeLocalLock(identity, 'too early')).toThrow(/Another harness/);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const said: string[] = [];
  takeLocalLock(identity, 'after its death', { say: (line) => said.push(line) });
  expect(said).toEqual([`took over a stale lock: somebody, pid ${child.pid}, since 2026-11-21T00:00:00Z (run on invented); that process is gone`]);
  expect(readdirSync(clusterFolder(identity))).toEqual(['lock.json']);
});

test.each([
  { what: 'that is none of ours', leave: () => leave('{"by":"somebody"}'), says: /no lock of this tool/ },
  { what: 'of another machine', leave: () => leaveChanged({ machine: 'elsewhere 0123' }), says: /on another machine \(elsewhere\)/ },
  { what: 'of another container', leave: () => leaveChanged({ pidNamespace: 'pid:[1]' }), says: /another container/ },
])('a lock $what is explained, and broken only on purpose', ({ leave: prepare, says }) => {
  prepare();
  expect(() => takeLocalLock(identity, 'two')).toThrow(says);
  expect(() => takeLocalLock(identity, 'two')).toThrow(/--break-lock/);
  const said: string[] = [];
  takeLocalLock(identity, 'two', { breakLock: true, say: (line) => said.push(line) });
  expect(said[0]).toMatch(/took over a broken lock/);
  expect(JSON.parse(readFileSync(lockFile(), 'utf8'))).toMatchObject({ reason: 'two', process: { pid: process.pid } });
});

test.each([
  { what: 'of before a reboot', leave: () => leaveChanged({ process: { pid: process.pid, startTime: 1, bootId: 'an earlier boot' } }), says: /started anew since/ },
  { what: 'that is empty, as an earlier version left it on a full disk', leave: () => leave(''), says: /an empty file/ },
])('a lock $what is stale', ({ leave: prepare, says }) => {
  prepare();
  const said: string[] = [];
  takeLocalLock(identity, 'two', { say: (line) => said.push(line) });
  expect(said[0]).toMatch(says);
});

test('who lost the lock meanwhile does not remove that of its successor', () => {
  const release = takeLocalLock(identity, 'one');
  leave('a lock of the successor');
  release();
  expect(readFileSync(lockFile(), 'utf8')).toBe('a lock of the successor');
});

const contender = (reason: string): string[] => ['--input-type=module', '--eval', `
import { takeLocalLock } from ${JSON.stringify(fileURLToPath(new URL('local-lock.ts', import.meta.url)))};
process.stdout.write('ready');
process.stdin.once('data', () => {
  try {
    takeLocalLock(${JSON.stringify(identity)}, ${JSON.stringify(reason)});
    process.stdout.write(' taken');
  } catch (error) {
    process.stdout.write(' ' + error.name + ' ' + error.message);
  }
  process.stdin.once('data', () => process.exit(0));
});`];

test('of several that find the same stale lock at the same moment, one gets it', async () => {
  leave(JSON.stringify({ process: { pid: 1, startTime: 0, bootId: null }, since: '', reason: '' }));
  const children = ['one', 'two', 'three', 'four'].map((reason) => spawn(process.execPath, contender(reason), { stdio: ['pipe', 'pipe', 'inherit'] }));
  const words = children.map(async ({ stdout }) => text(stdout));
  await Promise.all(children.map(async ({ stdout }) => once(stdout, 'readable')));
  for (const { stdin } of children) stdin.write('go\n');
  // The one that has it must live while the others ask.
  await expect.poll(() => readFileSync(lockFile(), 'utf8'), { timeout: 20_000 }).not.toContain('"pid":1,');
  await new Promise((resolve) => void setTimeout(resolve, 300));
  for (const { stdin } of children) stdin.end('end\n');
  expect((await Promise.all(words)).filter((word) => word.endsWith('taken'))).toHaveLength(1);
});

const noSmallDisk = noSmallDiskReason();
if (noSmallDisk !== null) console.warn(`local-lock.test.ts leaves the full disk out: ${noSmallDisk}`);

describe.skipIf(noSmallDisk !== null)('on a disk that is full', () => {
  test('it is refused with the remedy, and no part of a lock is left', () => {
    const full = `
      import { readdirSync, writeFileSync } from 'node:fs';
      import { mkdirSync } from 'node:fs';
      import { takeLocalLock } from ${JSON.stringify(fileURLToPath(new URL('local-lock.ts', import.meta.url)))};
      import { clusterFolder } from ${JSON.stringify(fileURLToPath(new URL('state-folder.ts', import.meta.url)))};
      const folder = clusterFolder(${JSON.stringify(identity)});
      mkdirSync(folder, { recursive: true });
      try { writeFileSync(process.env.XDG_STATE_HOME + '/filler', Buffer.alloc(1_000_000)); } catch {}
      try { takeLocalLock(${JSON.stringify(identity)}, 'one'); console.log('taken'); } catch (error) { console.log(error.exitCode, error.message); }
      console.log(JSON.stringify(readdirSync(folder)));`;
    const [program = '', ...words] = withSmallDisk(folder, 64 * 1024, [process.execPath, '--input-type=module', '--eval', full]);
    const { stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^3 The lock .*lock\.json cannot be written \(ENOSPC.*Make room/);
    expect(stdout.trim().split('\n').at(-1)).toBe('[]');
  });
});

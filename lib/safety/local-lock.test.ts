import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { takeLocalLock } from './local-lock.ts';
import { identify } from '../record/process-identity.ts';
import { clusterFolder } from './state-folder.ts';

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

function heldBy(pid: number): void {
  mkdirSync(clusterFolder(identity), { recursive: true });
  writeFileSync(join(clusterFolder(identity), 'lock.json'), JSON.stringify({ process: identify(pid), since: '2026-11-21T00:00:00Z', reason: 'run on invented' }));
}

test('it is free again when it was released', () => {
  takeLocalLock(identity, 'one')();
  expect(() => takeLocalLock(identity, 'two')()).not.toThrow();
});

test('a second harness is refused and told who holds it', () => {
  const release = takeLocalLock(identity, 'run on invented');
  expect(() => takeLocalLock(identity, 'another')).toThrow(new RegExp(`pid ${process.pid} .*run on invented`));
  release();
});

test('one cluster does not lock another', () => {
  const release = takeLocalLock(identity, 'one');
  expect(() => takeLocalLock('SHA256:other', 'two')()).not.toThrow();
  release();
});

test('the lock of a process that died is taken over', async () => {
  const child = spawn('sleep', ['60']);
  heldBy(child.pid ?? 0);
  expect(() => takeLocalLock(identity, 'too early')).toThrow(/Another harness/);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(() => takeLocalLock(identity, 'after its death')()).not.toThrow();
});

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { worldFile } from '../paths.ts';
import { identify } from '../../record/process-identity.ts';
import { findWorld } from './world-record.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-state-'));
  vi.stubEnv('XDG_STATE_HOME', folder);
  mkdirSync(dirname(worldFile()), { recursive: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function writeRecord(change: object): void {
  const record = { ...identify(process.pid), incarnation: 'i', clientPid: 1, socket: join(folder, 'sock'), logs: folder, since: '2026-01-01T00:00:00.000Z', lifeline: false, ...change };
  writeFileSync(worldFile(), JSON.stringify(record));
  writeFileSync(join(folder, 'sock'), '');
}

test('no record, no world', () => {
  expect(findWorld()).toBeNull();
});

test('a record of a living supervisor is the world', () => {
  writeRecord({});
  expect(findWorld()).toMatchObject({ pid: process.pid, incarnation: 'i' });
});

test.each([['another start time', { startTime: 1 }], ['an earlier boot', { bootId: 'earlier' }], ['a pid that nobody has', { pid: 2 ** 22 + 1 }]])('a record with %s is removed, with its socket', (_, change) => {
  writeRecord(change);
  expect(findWorld()).toBeNull();
  expect(existsSync(worldFile())).toBe(false);
  expect(existsSync(join(folder, 'sock'))).toBe(false);
});

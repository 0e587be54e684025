import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ownIdentity } from '../record/process-identity.ts';
import { handLog } from './hands.ts';
import { noteInjected, openEntry } from './journal.ts';
import type { JournalEntry } from './journal.ts';
import { afterHandMs, stillComingMs } from './still-coming.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coming-'));
  vi.stubEnv('XDG_STATE_HOME', folder);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function open(byProcess: boolean): JournalEntry {
  return openEntry({ environment: 'invented', cluster: { name: 'INVENTED', identity: 'SHA256:x' }, disposable: false, run: 'r', runFolder: folder, scenario: 's', fault: 'node-power', target: { node: 'n1', role: null, disk: null }, byProcess, undo: { inverse: 'i', version: 1, data: {}, title: 't', manual: [] } });
}

test('a request may be on its way for as long as a hand may take', () => {
  const left = stillComingMs(open(false), 60_000);
  expect(left).toBeGreaterThan(50_000);
  expect(left).toBeLessThanOrEqual(60_000);
});

test.each([['forward', 5], ['back', -5]])('whatever somebody sets the wall clock to: %s', (_, hours) => {
  const entry = open(false);
  vi.useFakeTimers({ now: Date.now() + hours * 3_600_000, toFake: ['Date'] });
  expect(stillComingMs(entry, 60_000)).toBeGreaterThan(50_000);
});

test('after a reboot the wall clock tells, and never more than the patience', () => {
  const entry: JournalEntry = { ...open(false), bootId: 'an earlier boot' };
  expect(stillComingMs({ ...entry, openedAt: new Date(Date.now() - 3_600_000).toISOString() }, 60_000)).toBe(0);
  expect(stillComingMs({ ...entry, openedAt: new Date(Date.now() + 3_600_000).toISOString() }, 60_000)).toBe(60_000);
});

test('a process that was never put on record never began; one that was has ended, and what it told acts soon', () => {
  const entry = open(true);
  expect(stillComingMs(entry, 60_000)).toBe(0);
  handLog('SHA256:x', entry.id, 'inject').begin(ownIdentity(), 'cut');
  expect(stillComingMs(entry, 60_000)).toBe(afterHandMs);
  expect(stillComingMs(entry, 100)).toBe(100);
});

test('what was seen to arrive comes no more', () => {
  const entry = open(false);
  noteInjected(entry);
  expect(stillComingMs(entry, 60_000)).toBe(0);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { clusterFolder } from './state-folder.ts';
import { noteSettled, noteUnsettled, readUnsettled, unsettledRunFolder } from './unsettled.ts';

const identity = 'SHA256:invented';
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unsettled-'));
  vi.stubEnv('XDG_STATE_HOME', folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test('a cluster is unsettled from the first injection until it was found whole', () => {
  expect(readUnsettled(identity)).toBeNull();
  noteUnsettled(identity, 'r1', '/reports/r1');
  expect(unsettledRunFolder(identity)).toBe('/reports/r1');
  expect(readUnsettled(identity)).toMatch(/run r1 injected something/);
  expect(readUnsettled('SHA256:other')).toBeNull();
  noteSettled(identity);
  expect(readUnsettled(identity)).toBeNull();
  expect(unsettledRunFolder(identity)).toBeNull();
});

test('a damaged note still says that nobody knows', () => {
  noteUnsettled(identity, 'r1', '/reports/r1');
  writeFileSync(join(clusterFolder(identity), 'unsettled.json'), '{');
  expect(readUnsettled(identity)).toMatch(/an earlier run/);
  expect(unsettledRunFolder(identity)).toBeNull();
});

test('a note of an earlier version does not say where the run is', () => {
  noteUnsettled(identity, 'r1', '/reports/r1');
  writeFileSync(join(clusterFolder(identity), 'unsettled.json'), JSON.stringify({ schema: 1, run: 'r1', since: '2026-01-01T00:00:00.000Z' }));
  expect([readUnsettled(identity), unsettledRunFolder(identity)]).toEqual([expect.stringContaining('run r1 injected'), null]);
});

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openEntry } from '../safety/journal.ts';
import { stateRoot } from '../safety/state-folder.ts';
import { removeOldRuns } from './old-runs.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'old-runs-'));
  vi.stubEnv('HA_ACCEPTANCE_REPORTS', join(folder, 'reports'));
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** A finished run of that day. */
function finished(day: number): string {
  const run = join(folder, 'reports', 'made', `2026010${day}T000000Z-abcd`);
  mkdirSync(run, { recursive: true });
  for (const file of ['run.json', 'verdicts.json']) writeFileSync(join(run, file), '{}');
  return run;
}

function leaveOpen(runFolder: string): void {
  openEntry({ environment: 'made', cluster: { name: 'MADE', identity: 'SHA256:other-identity' }, disposable: false, run: 'r', runFolder, scenario: 's', fault: 'disk-removal', target: { node: 'n1', role: null, disk: 'disk.1' }, undo: { inverse: 'note', version: 1, data: {}, title: 'put it back', manual: [] } });
}

test.each<{ what: string; lose: (run: string) => void }>([
  { what: 'as the state folder and its journal say', lose: () => undefined },
  { what: 'as its own journal alone says', lose: () => rmSync(stateRoot(), { recursive: true }) },
  { what: 'as the state folder alone says', lose: (run) => rmSync(join(run, 'journal.jsonl')) },
])('a run whose undo is open under another identity than the present one stays, $what', ({ lose }) => {
  const [withUndo, mended, newest] = [finished(1), finished(2), finished(3)];
  leaveOpen(withUndo);
  lose(withUndo);
  removeOldRuns('made', 1);
  expect([withUndo, mended, newest].map((run) => existsSync(run))).toEqual([true, false, true]);
});

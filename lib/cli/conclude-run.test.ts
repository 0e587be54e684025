import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readRun } from '../record/run-reader.ts';
import { createRun } from '../record/run-writer.ts';
import type { RunWriter } from '../record/run-writer.ts';
import { syntheticDescription } from '../record/testing.ts';
import type { Verdicts } from '../record/types.ts';
import type { JournalEntry } from '../safety/journal.ts';
import { selectedRow } from '../scenario/testing.ts';
import { concludeRun } from './conclude-run.ts';
import type { Conclusion } from './conclude-run.ts';

let folder = '';
let printed = '';
let writer: RunWriter;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conclude-'));
  printed = '';
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text: string | Uint8Array) => {
      printed += String(text);
      return true;
    });
  }
  writer = createRun({ root: folder, description: syntheticDescription() });
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const scenario = selectedRow('disk-removal', async () => undefined);
const target = { node: 'n2', role: null, disk: 'disk.1' };

function begin(): void {
  const { id: name, row, repeat } = scenario;
  writer.event({ kind: 'run-started', scenario: null });
  writer.event({ kind: 'scenario-planned', scenario: name, row: row.row, guest: null, repeat, title: row.title });
}

function start(): void {
  writer.event({ kind: 'scenario-started', scenario: scenario.id, row: 'disk-removal', guest: null, repeat: 1, title: 'disk', fault: 'disk-removal', target });
  writer.event({ kind: 'fault-injected', scenario: scenario.id, fault: 'disk-removal', target });
}

/** What the restorer did about the disk. */
function restored(outcome: 'reverted' | 'failed'): Conclusion['restoration'] {
  const entry = { runFolder: writer.folder, scenario: scenario.id, fault: 'disk-removal', target } as JournalEntry;
  return { results: [{ entry, outcome, detail: '' }], notWhole: outcome === 'failed' ? ['the disk is out'] : [] };
}

async function conclude(more: Partial<Conclusion>): Promise<{ code: number; verdicts: Verdicts; reason: string }> {
  const code = await concludeRun({ writer, stopped: null, runnerEnded: { code: 0, signal: null }, restoration: { results: [], notWhole: [] }, scenarios: [scenario], ...more });
  const ended = readRun(writer.folder).events.find((event) => event.kind === 'run-ended');
  return { code, verdicts: JSON.parse(readFileSync(join(writer.folder, 'verdicts.json'), 'utf8')) as Verdicts, reason: ended?.kind === 'run-ended' ? ended.reason : 'none' };
}

test('a scenario that was cut off when its process died is inconclusive, with what became of its fault; the code is 70', { timeout: 180_000 }, async () => {
  begin();
  start();
  writeFileSync(join(writer.folder, 'runner.log'), 'first\n\u001B[31mthe last words\u001B[39m\n');
  const { code, verdicts, reason } = await conclude({ runnerEnded: { code: null, signal: 'SIGKILL' }, restoration: restored('reverted') });
  expect(code).toBe(70);
  expect(reason).toBe('runner-died');
  expect(verdicts.scenarios).toMatchObject([{ verdict: 'inconclusive', reason: expect.stringMatching(/ended early \(SIGKILL\).*mended afterwards/) }]);
  expect(readRun(writer.folder).events.find((event) => event.kind === 'fault-reverted')).toMatchObject({ verified: true });
  expect(printed).toMatch(/1 scenario\(s\) were not conducted to their end.*Its last lines:\nfirst\nthe last words\n/s);
});

test('one that was stopped says by what, and that its fault is still there', { timeout: 180_000 }, async () => {
  begin();
  start();
  const { code, verdicts, reason } = await conclude({ stopped: { kind: 'time-cap', minutes: 7 }, runnerEnded: { code: null, signal: 'SIGKILL' }, restoration: restored('failed') });
  expect(reason).toBe('time-cap');
  expect(code).not.toBe(0);
  expect(verdicts.scenarios[0]?.verdict).not.toBe('pass');
  expect(JSON.stringify(readRun(writer.folder).events)).toMatch(/stopped: the run took longer than its cap of 7 minutes; not everything could be mended/);
  expect(readRun(writer.folder).events.find((event) => event.kind === 'fault-reverted')).toMatchObject({ verified: false });
});

test('scenarios that were planned and never begun make no run that passes', { timeout: 180_000 }, async () => {
  begin();
  const { code, verdicts, reason } = await conclude({});
  expect(reason).toBe('runner-died');
  expect(code).toBe(70);
  expect(verdicts.verdict).toBe('inconclusive');
});

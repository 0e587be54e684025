import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { auditHeadToKeep } from '../record/audit-head.ts';
import { createRun } from '../record/run-writer.ts';
import type { RunWriter } from '../record/run-writer.ts';
import { syntheticDescription } from '../record/testing.ts';
import type { RunEvent } from '../record/types.ts';
import { appendAudit, verifyAudit } from './audit.ts';
import type { AuditAction } from './audit.ts';
import { compareWithWitnesses } from './audit-witnesses.ts';
import { noteInjected, openEntry } from './journal.ts';
import type { JournalEntry } from './journal.ts';
import { finish } from './mend.ts';

let folder = '';
let writer: RunWriter;
const scenario = 'disk-removal.cluster.r1';
const fault = 'disk-removal';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'audit-witnesses-'));
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'));
  writer = createRun({ root: join(folder, 'reports'), description: syntheticDescription() });
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const targetOf = (disk: string): JournalEntry['target'] => ({ node: 'n1', role: null, disk });

function open(disk: string): JournalEntry {
  return openEntry({ environment: 'invented', cluster: { name: 'INVENTED', identity: 'SHA256:invented' }, disposable: false, run: writer.run, runFolder: writer.folder, scenario, fault, target: targetOf(disk), undo: { inverse: 'note', version: 1, data: {}, title: `put ${disk} back`, manual: [] } });
}

function say(entry: JournalEntry, action: AuditAction['action']): void {
  appendAudit(writer.folder, { action, fault, target: entry.target, scenario, journal: entry.id, cluster: 'INVENTED', permission: 'a test', outcome: action });
}

/** A fault as the product injects and mends it, in the order of its writes. */
function injectAndMend(disk: string): void {
  const entry = open(disk);
  say(entry, 'inject');
  writer.event({ kind: 'fault-injecting', scenario, fault, target: entry.target, journal: entry.id });
  say(entry, 'injected');
  noteInjected(entry);
  writer.event({ kind: 'fault-injected', scenario, fault, target: entry.target });
  finish(entry, 'reverted', 'carried out and verified');
  writer.event({ kind: 'fault-reverted', scenario, fault, target: entry.target, verified: true });
}

function end(reason: (RunEvent & { kind: 'run-ended' })['reason']): void {
  writer.event({ kind: 'run-ended', scenario: null, reason });
}

function logLines(): string[] {
  return readFileSync(join(writer.folder, 'audit.jsonl'), 'utf8').trimEnd().split('\n');
}

function cutTo(count: number): void {
  writeFileSync(join(writer.folder, 'audit.jsonl'), logLines().slice(0, count).map((line) => `${line}\n`).join(''));
}

function twoFaults(): void {
  injectAndMend('disk.1');
  injectAndMend('disk.2');
  end('completed');
}

test('a log that nobody touched lacks nothing', () => {
  twoFaults();
  expect(compareWithWitnesses(writer.folder)).toEqual({ problems: [], explained: [] });
});

test.each<{ what: string; cut: () => void; lacks: number }>([
  { what: 'cut to its first line', cut: () => cutTo(1), lacks: 5 },
  { what: 'without its last line', cut: () => cutTo(5), lacks: 1 },
  { what: 'emptied', cut: () => cutTo(0), lacks: 6 },
  { what: 'removed', cut: () => rmSync(join(writer.folder, 'audit.jsonl')), lacks: 6 },
])('a log that was $what is found by the journal and by the events, each alone', ({ cut, lacks }) => {
  twoFaults();
  const journal = join(writer.folder, 'journal.jsonl');
  cut();
  expect(verifyAudit(writer.folder).problems).toEqual([]);
  const { problems } = compareWithWitnesses(writer.folder);
  expect(problems.filter((problem) => problem.startsWith('by the journal "put disk.'))).toHaveLength(lacks);
  expect(problems.at(-1)).toMatch(/^by events\.jsonl disk-removal of .* was mended at .*, and the log has no line "reverted" of it$/);
  rmSync(journal);
  expect(compareWithWitnesses(writer.folder).problems).toHaveLength(lacks);
});

test('a log of an earlier version, whose lines do not name their undo, is compared by what they are about', () => {
  const entry = open('disk.1');
  for (const action of ['inject', 'injected', 'reverted'] as const) appendAudit(writer.folder, { action, fault, target: entry.target, scenario, cluster: 'INVENTED', permission: 'a test', outcome: action });
  noteInjected(entry);
  expect(compareWithWitnesses(writer.folder).problems).toEqual([]);
  cutTo(1);
  expect(compareWithWitnesses(writer.folder).problems).toEqual([expect.stringMatching(/"put disk\.1 back" is noted as injected/)]);
});

test('an undo whose line a death kept from the log is told as that, and what was mended later does not change it', () => {
  injectAndMend('disk.1');
  const [one, two] = [open('disk.2'), open('disk.3')];
  const died = [expect.stringMatching(/"put disk\.2 back" was opened .* no line "inject" of it: the run ended there$/), expect.stringMatching(/"put disk\.3 back"/)];
  expect(compareWithWitnesses(writer.folder)).toEqual({ problems: [], explained: died });
  finish(one, 'reverted', 'nothing to do');
  finish(two, 'reverted', 'nothing to do');
  end('runner-died');
  expect(compareWithWitnesses(writer.folder)).toEqual({ problems: [], explained: died });
});

test.each<{ what: string; and: (entry: JournalEntry) => void }>([
  { what: 'of a run that came to its end', and: () => end('completed') },
  { what: 'whose command was sent', and: (entry) => writer.event({ kind: 'fault-injecting', scenario, fault, target: entry.target, journal: entry.id }) },
  { what: 'whose effect is noted', and: (entry) => noteInjected(entry) },
  { what: 'behind which another one was begun', and: () => injectAndMend('disk.2') },
])('an undo $what is not explained by a death', ({ and }) => {
  and(open('disk.1'));
  const { problems, explained } = compareWithWitnesses(writer.folder);
  expect(problems).toContainEqual(expect.stringMatching(/"put disk\.1 back" was opened .* no line "inject" of it$/));
  expect(explained).toEqual([]);
});

test('the head in verdicts.json is kept when the log no longer reaches it, and follows a log that grew', () => {
  const write = (): void => writeFileSync(join(writer.folder, 'verdicts.json'), JSON.stringify({ audit: auditHeadToKeep(writer.folder) }));
  const refuse = (rule: string): void => appendAudit(writer.folder, { action: 'refused', fault, target: targetOf('disk.1'), scenario, cluster: 'INVENTED', permission: rule, outcome: 'refused' });
  refuse('one');
  write();
  refuse('two');
  expect(compareWithWitnesses(writer.folder).problems).toEqual([]);
  write();
  expect(auditHeadToKeep(writer.folder)).toEqual({ lines: 2, head: verifyAudit(writer.folder).head });
  cutTo(1);
  write();
  expect(compareWithWitnesses(writer.folder).problems).toEqual([expect.stringMatching(/^verdicts\.json was derived when the log had 2 line\(s\), and line 2 is gone/)]);
});

import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { checkEvidence } from './evidence-check.ts';
import type { CheckedRecord } from './evidence-check.ts';
import { readRun } from './run-reader.ts';
import { createRun } from './run-writer.ts';
import { syntheticDescription } from './testing.ts';

const scenario = 'live-migration.web.r1';
const file = `evidence/${scenario}/a.log`;
let folder = '';
beforeEach(() => {
  const root = mkdtempSync(join(tmpdir(), 'evidence-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const writer = createRun({ root, description: syntheticDescription() });
  writer.evidence({ scenario, title: 'a log', name: 'a.log', mediaType: 'text/plain', data: 'größer\n' });
  writer.evidence({ scenario: null, title: 'bytes', name: 'b.bin', mediaType: 'application/octet-stream', data: new Uint8Array(3_000_000).fill(7) });
  writer.event({ kind: 'run-ended', scenario: null, reason: 'completed' });
  folder = writer.folder;
});

const check = (): CheckedRecord => checkEvidence(readRun(folder));
const at = (name: string): string => join(folder, name);

test('evidence that is there as it was written is no loss', () => {
  expect(check()).toMatchObject({ incomplete: null, lostEvidence: new Map() });
  expect(check().events).toHaveLength(3);
});

test.each<[string, () => void, RegExp]>([
  ['gone', () => rmSync(at(file)), /^the evidence .*a\.log is gone$/],
  ['of another size', () => writeFileSync(at(file), 'other'), /is another than/],
  ['of the same size with other words', () => writeFileSync(at(file), 'grÖßer\n'), /is another than/],
  ['a link to outside', () => {
    rmSync(at(file));
    symlinkSync('/etc/passwd', at(file));
  }, /link to outside/],
])('evidence that is %s makes the record not whole, in its scenario', (_, damage, why) => {
  damage();
  const { events, incomplete, lostEvidence } = check();
  expect(incomplete).toMatch(/^1 event\(s\) or file\(s\) of the record are missing: the evidence/);
  expect(lostEvidence.get(file)).toMatch(why);
  expect(events[1]).toMatchObject({ kind: 'record-gap', of: scenario, lost: 1, reason: lostEvidence.get(file) });
});

test('evidence of the run itself belongs to no scenario, and all that is gone is counted', () => {
  rmSync(at('evidence'), { recursive: true });
  const { events, incomplete } = check();
  expect(events.flatMap((event) => (event.kind === 'record-gap' ? [event.of] : []))).toEqual([scenario, null]);
  expect(incomplete).toBe(`2 event(s) or file(s) of the record are missing: the evidence ${file} is gone; the evidence evidence/b.bin is gone`);
});

test('evidence of an early record, without a hash, needs only be there', () => {
  writeFileSync(at('events.jsonl'), `${JSON.stringify({ t: 1, wall: '2026-11-21T00:00:00.000Z', kind: 'evidence', scenario, title: 'a log', file, mediaType: 'text/plain' })}\n`);
  writeFileSync(at(file), 'other');
  expect(check().lostEvidence.size).toBe(0);
  rmSync(at(file));
  expect(check().lostEvidence.size).toBe(1);
});

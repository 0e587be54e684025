import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Verdicts } from '../record/types.ts';
import { deriveInto } from './derive-into.ts';
import { readJudgedRun, readJudgedRuns, storedVerdicts } from './judged-run.ts';
import { tellStory } from './testing/story.ts';

const failing = 'node-failure.web.r1';
let folder = '';
let file = '';
let derived: Verdicts;
beforeEach(() => {
  const root = mkdtempSync(join(tmpdir(), 'judged-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  folder = tellStory(root);
  ({ verdicts: derived } = deriveInto({ path: folder, rejudge: null, latestBelow: null, stage: null }, { onProgress: () => undefined, onScenario: () => undefined }));
  file = join(folder, 'verdicts.json');
});

/** Changes verdicts.json as somebody who would have the power loss pass. */
function embellish(more: (verdicts: Verdicts) => Verdicts = (verdicts) => verdicts): void {
  const scenarios = derived.scenarios.map((scenario) => (scenario.id === failing ? { ...scenario, verdict: 'pass' as const, measurements: scenario.measurements.map((one) => ({ ...one, lo: 7000, hi: 7020, verdict: 'pass' as const })) } : scenario));
  writeFileSync(file, JSON.stringify(more({ ...derived, scenarios })));
}

test('verdicts as they were derived are believed', () => {
  expect(storedVerdicts(folder)).toEqual(derived);
  expect(readJudgedRun(folder)).toMatchObject({ verdicts: derived });
  expect(readJudgedRun(folder).contradicted).toBeUndefined();
});

test.each<[string, (verdicts: Verdicts) => Verdicts]>([
  ['with the seal of others', (verdicts) => verdicts],
  ['without a seal', (verdicts) => {
    const { seal: _, ...others } = verdicts;
    return others;
  }],
])('verdicts that were changed, %s: the record counts, and it is told', (_, change) => {
  embellish(change);
  const { verdicts, contradicted } = readJudgedRun(folder);
  expect(verdicts.scenarios).toEqual(derived.scenarios);
  expect(verdicts.audit).toEqual(derived.audit);
  expect(contradicted).toMatch(/says something else than its record \(verdicts or figures of node-failure\.web\.r1\): what the record says counts/);
  expect(readJudgedRuns([folder])).toMatchObject({ runs: [{ verdicts: { scenarios: derived.scenarios } }], unreadable: [contradicted] });
});

test('changed verdicts are shown to nobody as those of the run', () => {
  embellish();
  expect(storedVerdicts(folder)).toBeNull();
});

test('words alone are no contradiction, nor is a scenario that is not in the record believed', () => {
  writeFileSync(file, JSON.stringify({ ...derived, scenarios: derived.scenarios.map((scenario) => ({ ...scenario, reason: 'other words' })) }));
  expect(readJudgedRun(folder)).toEqual(expect.not.objectContaining({ contradicted: expect.anything() as unknown }));
  const [first] = derived.scenarios;
  writeFileSync(file, JSON.stringify({ ...derived, scenarios: [...derived.scenarios, { ...first, id: 'backup.made-up.r1' }] }));
  expect(readJudgedRun(folder).contradicted).toContain('backup.made-up.r1');
});

test('events that were changed after the verdicts count', () => {
  const events = join(folder, 'events.jsonl');
  writeFileSync(events, readFileSync(events, 'utf8').replace(/.*"kind":"window".*"scenario":"live-migration\.web\.r1".*\n/, ''));
  expect(readJudgedRun(folder)).toMatchObject({ verdicts: { incomplete: true }, contradicted: expect.stringContaining('live-migration.web.r1') });
});

test('events that were appended and change nothing are no contradiction', () => {
  appendFileSync(join(folder, 'events.jsonl'), '{"t":999999999999,"wall":"2026-11-21T00:00:00.000Z","kind":"note","scenario":null,"level":"info","message":"told"}\n');
  expect(readJudgedRun(folder)).toEqual(expect.not.objectContaining({ contradicted: expect.anything() as unknown }));
});

test('without events there is nothing else than what is written', () => {
  embellish();
  rmSync(join(folder, 'events.jsonl'));
  expect(readJudgedRun(folder).verdicts.scenarios.find(({ id }) => id === failing)?.verdict).toBe('pass');
});

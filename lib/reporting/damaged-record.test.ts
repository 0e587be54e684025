import { mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRun } from '../record/run-reader.ts';
import type { ScenarioVerdict, Verdicts } from '../record/types.ts';
import { messagesOf } from './allure/scenario-test.ts';
import { derive, deriveVerdicts } from './derive.ts';
import { renderSummary } from './summary.ts';
import { tellStory } from './testing/story.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'damaged-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function scenarioOf({ scenarios }: Verdicts, id: string): ScenarioVerdict | undefined {
  return scenarios.find((scenario) => scenario.id === id);
}

test.each<[string, (log: string) => void, RegExp]>([
  ['is gone', (log) => rmSync(log), /is gone/],
  ['was exchanged', (log) => writeFileSync(log, 'all went well\n'), /is another than the one that was written/],
  ['is a link to a file of this machine', (log) => {
    rmSync(log);
    symlinkSync('/etc/passwd', log);
  }, /link to outside/],
])('evidence that %s: its scenario does not pass, the reports name it and do not carry it', (_, damage, why) => {
  const folder = tellStory(root);
  const log = 'evidence/live-migration.web.r1/migration-web.log';
  damage(join(folder, log));
  const derivation = derive(readRun(folder));
  const web = scenarioOf(derivation.verdicts, 'live-migration.web.r1');
  expect(web).toMatchObject({ verdict: 'inconclusive', reason: expect.stringMatching(why) });
  expect(web?.reason).toContain(log);
  expect(derivation.verdicts).toMatchObject({ incomplete: true });
  expect(scenarioOf(derivation.verdicts, 'cluster-health.cluster.r1')?.verdict).toBe('pass');
  expect(renderSummary(derivation)).toMatch(/\*\*The record is incomplete:\*\* .*migration-web/);
  const attached = derivation.scenarios.flatMap((scenario) => messagesOf(derivation, scenario, [])).filter(({ type }) => type === 'attachment_path');
  expect(attached).toHaveLength(2);
  expect(JSON.stringify(attached)).not.toContain('migration-web.log');
});

test('samples that are a link to outside of the record are not read', () => {
  const folder = tellStory(root);
  const samples = join(folder, 'samples', 'live-migration.web.r1', 'web.icmp.samples');
  renameSync(samples, join(root, 'elsewhere.samples'));
  symlinkSync(join(root, 'elsewhere.samples'), samples);
  expect(scenarioOf(deriveVerdicts(readRun(folder)), 'live-migration.web.r1')).toMatchObject({ verdict: 'inconclusive', reason: expect.stringMatching(/link to outside/) });
});

test('a window of which the start is gone gives its figure to nobody else', () => {
  const folder = tellStory(root);
  const events = join(folder, 'events.jsonl');
  writeFileSync(events, readFileSync(events, 'utf8').replace(/("kind":"window".*?)"start":\d+,/, '$1'));
  const verdicts = deriveVerdicts(readRun(folder));
  expect([verdicts.incomplete, scenarioOf(verdicts, 'live-migration.web.r1')]).toMatchObject([true, { verdict: 'inconclusive', reason: expect.stringContaining('"window"') }]);
});

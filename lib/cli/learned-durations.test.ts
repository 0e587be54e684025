import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ScenarioVerdict } from '../record/types.ts';
import type { RegisteredRow } from '../scenario/row.ts';
import { earlierScenarios, expectedDuration } from './learned-durations.ts';

const reports = mkdtempSync(join(tmpdir(), 'learned-'));
afterAll(() => rmSync(reports, { recursive: true }));

type Earlier = Partial<Pick<ScenarioVerdict, 'guest' | 'variant' | 'verdict' | 'duration'>>;

function took(...scenarios: Earlier[]): ScenarioVerdict[] {
  return scenarios.map((scenario) => ({ row: 'node-failure', guest: 'web', variant: 'worker', verdict: 'pass', duration: 1000, ...scenario }) as ScenarioVerdict);
}

function expected(earlier: ScenarioVerdict[]): { ms: number; source: string } {
  const guest = { name: 'web', id: 'web', kind: 'vm', address: '192.0.2.80', probes: [] } as const;
  return expectedDuration({ row: { row: 'node-failure', expectedMs: 90_000 } as RegisteredRow, guest: { ...guest, probes: [] }, variant: 'worker' }, earlier);
}

test('the median of the same guest and variant is expected, others are left out', () => {
  expect(expected(took({ duration: 10 }, { duration: 30 }, { duration: 20 }, { duration: 900, guest: 'dns' }, { duration: 900, variant: 'coordinator' }))).toEqual({ ms: 20, source: 'median of 3 earlier runs of it' });
});

test('without such a run the row itself is the guide, and without any what its suite says', () => {
  expect(expected(took({ duration: 700, guest: 'dns' }))).toEqual({ ms: 700, source: 'median of 1 earlier run of this row' });
  expect(expected([])).toMatchObject({ ms: 90_000, source: expect.stringContaining('suite') });
});

test('a run that was blocked or never ended tells nothing', () => {
  expect(expected(took({ duration: 5, verdict: 'blocked' }, { duration: null }))).toMatchObject({ ms: 90_000 });
});

test('records of the same environment are read; one that is broken is left out', () => {
  for (const [id, text] of [['20260101T000000Z-aaaa', JSON.stringify({ scenarios: took({ duration: 7 }) })], ['20260102T000000Z-bbbb', '{"scena']] as const) {
    const folder = join(reports, 'lab', id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'run.json'), '{}');
    writeFileSync(join(folder, 'verdicts.json'), text);
  }
  expect(earlierScenarios(reports, 'lab').map(({ duration }) => duration)).toEqual([7]);
  expect(earlierScenarios(reports, 'prod')).toEqual([]);
});

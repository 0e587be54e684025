import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Verdict } from '../record/types.ts';
import type { FleetRun } from './allure/fleet-report.ts';
import { distinctRuns } from './fleet-copies.ts';
import { judgedRun, judgedScenario } from './testing/judged.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'copies-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function runIn(name: string, verdict: Verdict, { environment = 'prod-a', number = 1, events = 'the same' } = {}): FleetRun {
  const folder = join(root, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'events.jsonl'), events);
  const { verdicts } = judgedRun(environment, number, [judgedScenario([100], { verdict })]);
  return { folder, verdicts: { ...verdicts, verdict } };
}

test('a copy counts once, and is told', () => {
  const [first, copy] = [runIn('first', 'pass'), runIn('copy', 'pass')];
  const others = [runIn('other', 'pass', { environment: 'prod-b' }), runIn('later', 'pass', { number: 2 })];
  expect(distinctRuns([first, copy, ...others])).toEqual({ runs: [first, ...others], copies: [`${copy.folder} is left out as a copy of run prod-a/${first.verdicts.run}: ${first.folder} counts.`] });
});

test.each(['fail', 'inconclusive'] as const)('a copy of another content that is judged %s is not hidden by one that passes, whichever is named first', (verdict) => {
  const runs = [runIn('good', 'pass'), runIn('bad', verdict, { events: 'other' })];
  for (const order of [runs, runs.toReversed()]) {
    const { runs: kept, copies } = distinctRuns(order);
    expect(kept).toEqual([runs[1]]);
    expect(copies).toEqual([expect.stringContaining('Their events.jsonl differ')]);
  }
});

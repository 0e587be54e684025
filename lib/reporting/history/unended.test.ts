import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentMarkdown } from '../document.ts';
import { readJudgedRun } from '../judged-run.ts';
import type { JudgedRun } from '../judged-run.ts';
import { tellEnd, tellHealth } from '../testing/story.ts';
import { beginSynthetic } from '../testing/synthetic-run.ts';
import { around, judgedRun, judgedScenario } from '../testing/judged.ts';
import { historyDocument } from './history-document.ts';
import { lookBack, nightsOf } from './testing.ts';
import { isUnended } from './unended.ts';

let root = '';
beforeAll(() => { root = mkdtempSync(`${tmpdir()}/unended-`); });
afterAll(() => rmSync(root, { recursive: true }));

describe('a run', () => {
  const told = (end: Parameters<ReturnType<typeof beginSynthetic>['writer']['event']>[0] | 'completed' | null): JudgedRun => {
    const run = beginSynthetic(root);
    tellHealth(run, 10);
    if (end === 'completed') tellEnd(run, 1000);
    else if (end !== null) run.writer.event(end);
    return readJudgedRun(run.writer.folder);
  };

  test.each([
    ['that still goes on, or was killed', null, true],
    ['whose death was recorded afterwards', { kind: 'run-ended', scenario: null, reason: 'runner-died' }, true],
    ['that was interrupted', { kind: 'run-ended', scenario: null, reason: 'interrupted' }, false],
    ['that completed', 'completed', false],
  ] as const)('%s: without an end of its own %#', (_, end, expected) => {
    expect(isUnended(told(end))).toBe(expected);
  });
});

describe('runs without an end', () => {
  const unended = (night: number): JudgedRun => {
    const run = judgedRun('prod-a', night, [judgedScenario([], { verdict: 'inconclusive', reason: 'It was planned and never started.' })]);
    return { ...run, verdicts: { ...run.verdicts, incomplete: true, verdict: 'inconclusive' } };
  };

  test('are named, shown as such, and no regression', () => {
    const history = lookBack([...nightsOf(around(10_000, 3)), unended(3)]);
    expect(history.regressions).toBe(0);
    expect(history.outcomes[0]).toMatchObject({ failingSince: null, notEstablishedSince: null, verdicts: [{}, {}, {}, { verdict: 'inconclusive' }] });
    expect(history.reservations).toContain('run 20260104T020000Z-made has no end (killed, or still going on): it is left out of changes and regressions');
    expect(history.runs.map((run) => run.unended)).toEqual([undefined, undefined, undefined, true]);
    expect(documentMarkdown(historyDocument(history))).toContain('| inconclusive, no end |');
  });

  test('of many the newest are named', () => {
    expect(lookBack([0, 1, 2, 3, 4].map(unended)).reservations).toContain('runs 20260103T020000Z-made, 20260104T020000Z-made, 20260105T020000Z-made and 2 earlier have no end (killed, or still going on): they are left out of changes and regressions');
  });

  test('take no figure into a change', () => {
    const half = judgedRun('prod-a', 20, [judgedScenario([90_000])]);
    const history = lookBack([...nightsOf(around(10_000, 3)), { ...half, verdicts: { ...half.verdicts, incomplete: true } }]);
    expect(history.series[0]?.points).toHaveLength(3);
  });
});

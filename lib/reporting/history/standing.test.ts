import { describe, expect, test } from 'vitest';
import type { JudgedRun } from '../judged-run.ts';
import type { Verdict } from '../../record/types.ts';
import { judgedRun, judgedScenario } from '../testing/judged.ts';
import { historyDocument } from './history-document.ts';
import { historyOf } from './history.ts';
import type { HistoryOptions } from './history.ts';

const options: HistoryOptions = { environment: 'prod-a', issues: [], today: '2026-03-01', tool: 'ha-acceptance 0.0.0-synthetic', unreadable: [] };
const issue = { row: 'node-failure', reason: 'the rack is being moved', until: '2026-03-01' } as const;

/** A run a night in which another row passes; null: this one was left out. */
function nights(verdicts: readonly (Verdict | null)[]): JudgedRun[] {
  const other = judgedScenario([500], { row: 'live-migration', variant: null });
  return verdicts.map((verdict, night) => judgedRun('prod-a', night, verdict === null ? [other] : [judgedScenario(verdict === 'pass' ? [10_000] : [], { verdict, reason: verdict === 'pass' ? null : 'no quorum.' }), other]));
}

const times = <Value>(count: number, value: Value): Value[] => Array.from({ length: count }, () => value);

/** What is said of a row, null: nothing. */
function gone(verdicts: readonly (Verdict | null)[], more: Partial<HistoryOptions> = {}): { regressions: number; sentence: string | null; headline: string } {
  const { regressions, outcomes, headline } = historyOf(nights(verdicts), { ...options, ...more });
  return { regressions, sentence: outcomes.find(({ row }) => row === 'node-failure')?.notEstablishedSince?.sentence ?? null, headline };
}

describe('a row of which nothing is established any more is a regression', () => {
  test.each<[string, (Verdict | null)[], string]>([
    ['blocked', [...times(8, 'pass' as const), ...times(10, 'blocked' as const)], '20260109T020000Z-made (10 times blocked), passed in 20260108T020000Z-made; last reason: no quorum.'],
    ['inconclusive', [...times(10, 'pass' as const), ...times(8, 'inconclusive' as const)], '20260111T020000Z-made (8 times inconclusive), passed in 20260110T020000Z-made; last reason: no quorum.'],
    ['not applicable', ['pass', 'not-applicable'], '20260102T020000Z-made (1 time not applicable), passed in 20260101T020000Z-made; last reason: no quorum.'],
    ['left out', [...times(8, 'pass' as const), ...times(10, null)], '20260109T020000Z-made (10 times not run), passed in 20260108T020000Z-made.'],
    ['failing, then blocked', ['fail', null, 'blocked'], '20260102T020000Z-made (1 time not run, 1 time blocked), failed in 20260101T020000Z-made; last reason: no quorum.'],
  ])('%s', (_, verdicts, sentence) => {
    const told = gone(verdicts);
    expect(told.sentence).toBe(`node-failure of web (worker): no longer established since run ${sentence}`);
    expect(told.regressions).toBe(1);
    expect(told.headline).toContain('; 1 row no longer established');
  });

  test('unless it is declared as known, for the row as a whole', () => {
    const verdicts = [...times(8, 'pass' as const), ...times(10, 'blocked' as const)];
    expect(gone(verdicts, { issues: [issue] })).toMatchObject({ regressions: 0, sentence: expect.stringContaining('; known until 2026-03-01: the rack is being moved.'), headline: expect.stringContaining('0 regressions, 0 improvements, 1 known') });
    expect(gone(verdicts, { issues: [{ ...issue, measurement: 'outage' }] }).regressions).toBe(1);
    expect(gone([...times(8, 'pass' as const), ...times(10, null)], { issues: [issue] }).regressions).toBe(0);
  });
});

test('a row that is run again, that is left out as often as before, or by few runs, is none', () => {
  const weekly = [...times(6, null), 'pass' as const];
  for (const verdicts of [['pass', 'blocked', 'pass'], ['pass', null, null], [...weekly, ...weekly, ...times(6, null)], ['blocked', 'blocked']] satisfies (Verdict | null)[][]) expect(gone(verdicts)).toMatchObject({ regressions: 0, sentence: null });
  expect(gone([...weekly, ...weekly, ...times(7, null)]).regressions).toBe(1);
});

test('an outage that never ended, night after night, is told', () => {
  const runs = Array.from({ length: 18 }, (_, night) => judgedRun('prod-a', night, [night < 10 ? judgedScenario([10_000]) : judgedScenario([10_000], { verdict: 'inconclusive' }, { hi: null })]));
  expect(historyOf(runs, options)).toMatchObject({ regressions: 1, headline: expect.stringContaining('1 row no longer established') });
});

test('the document has a gap for a run without the row, a column for each verdict, and names what is gone', () => {
  const history = historyOf(nights(['pass', null, 'not-applicable', 'blocked']), options);
  const { blocks } = historyDocument(history);
  const table = blocks.find((block) => 'table' in block && block.table.head[0] === 'Row');
  expect(table).toEqual({ table: { head: ['Row', 'Runs', 'Pass', 'Fail', 'Inconclusive', 'Blocked', 'Not applicable', 'Not run'], rows: [['node-failure of web (worker)', '✔·–■', '1', '0', '0', '1', '1', '1'], ['live-migration of web', '✔✔✔✔', '4', '0', '0', '0', '0', '0']] } });
  expect(blocks).toContainEqual({ list: [history.outcomes[0]?.notEstablishedSince?.sentence] });
  expect(JSON.stringify(blocks)).toContain('· not run.');
});

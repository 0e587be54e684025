import { expect, test } from 'vitest';
import type { Measurement, ScenarioVerdict, Verdict } from '../../record/types.ts';
import { documentHtml, documentMarkdown } from '../document.ts';
import type { JudgedRun } from '../judged-run.ts';
import { judgedRun, judgedScenario, madeUpOptions } from '../testing/judged.ts';
import { sayJudged } from './cell-verdicts.ts';
import { compare } from './compare.ts';
import { comparisonDocument } from './comparison-document.ts';
import { comparisonSchema } from './comparison-schema.ts';
import type { Comparison } from './comparison-schema.ts';
import { sidesOf } from './side.ts';

/** A night of an environment whose outage was judged so. */
const night = (environment: string, number: number, measurement: Partial<Measurement>, change: Partial<ScenarioVerdict> = {}): JudgedRun => judgedRun(environment, number, [judgedScenario([1000 + number], change, measurement)], { limitsFrom: `${environment}.yaml` });
const without = (environment: string, number: number, verdict: Verdict): JudgedRun => judgedRun(environment, number, [judgedScenario([], { verdict, reason: 'The gate was not met.' })]);
const judgedBy = (limit: number | null, verdict: Verdict | null, limitFrom: Measurement['limitFrom'] = 'run'): Partial<Measurement> => ({ limit, limitFrom: limit === null ? null : limitFrom ?? null, verdict });
const compared = (pve: readonly JudgedRun[], hyperv: readonly JudgedRun[]): Comparison => compare(sidesOf([...pve, ...hyperv], []), madeUpOptions);
const said = ({ cells }: Comparison): string[] => (cells[0]?.sides ?? []).map(sayJudged);

const pve = [...[1, 2, 3, 4, 5].map((number) => night('pve', number, judgedBy(60_000, 'pass'))), night('pve', 6, judgedBy(60_000, 'inconclusive')), without('pve', 7, 'blocked'), without('pve', 8, 'inconclusive')];

test('each cell tells how its figures were judged, by which limit and who set it, and how scenarios without a figure were', () => {
  const comparison = compared(pve, [night('hyperv', 1, judgedBy(360_000, 'fail', 'default'))]);
  expect(said(comparison)).toEqual(['5 pass, 1 inconclusive; without a figure: 1 inconclusive, 1 blocked; limit 60 s (pve.yaml)', '1 fail; limit 360 s (default)']);
  expect(comparisonSchema.parse(comparison).cells[0]?.sides[0]?.judged).toEqual({
    figures: { pass: 5, fail: 0, inconclusive: 1, blocked: 0, 'not-applicable': 0 },
    withoutFigure: { pass: 0, fail: 0, inconclusive: 1, blocked: 1, 'not-applicable': 0 },
    limits: [{ limit: 60_000, limitFrom: 'run', setBy: 'pve.yaml', figures: 6 }],
  });
});

test('without a limit the verdicts are those of the scenarios, and that is said; limits that are not the same are counted', () => {
  const mixed = [night('hyperv', 1, judgedBy(null, null), { verdict: 'fail' }), night('hyperv', 2, judgedBy(60_000, 'pass', 'rejudge')), night('hyperv', 3, judgedBy(60_000, 'pass', null))];
  expect(said(compared([night('pve', 1, judgedBy(null, null))], mixed))).toEqual(['1 pass; no limit (verdicts of the scenarios)', '2 pass, 1 fail; no limit (verdicts of the scenarios) for 1, limit 60 s (judged again) for 1, limit 60 s (by whom is not told) for 1']);
});

test('of several files that set limits the one that set this one is named', () => {
  const limitFiles = [{ file: 'strict.yaml', limits: { 'node-failure': { recovery: 60_000 } } }, { file: 'pve.yaml', limits: { 'node-failure': { outage: 60_000 } } }];
  const run = judgedRun('pve', 1, [judgedScenario([1000], {}, judgedBy(60_000, 'pass'))], { limitFiles, limitsFrom: 'strict.yaml; else pve.yaml' });
  expect(said(compared([run], [night('hyperv', 1, judgedBy(null, null))]))[0]).toBe('1 pass; limit 60 s (pve.yaml)');
});

test('a side without any figure tells the verdicts that were given all the same', () => {
  const pveAndDisk = judgedRun('pve', 1, [judgedScenario([1000]), judgedScenario([1000], { row: 'backup', variant: null })]);
  const blocked = judgedRun('hyperv', 1, [judgedScenario([1000]), judgedScenario([], { row: 'backup', variant: null, verdict: 'blocked', reason: 'There was no storage.' })]);
  const comparison = compared([pveAndDisk], [blocked]);
  expect(comparison.cells.find(({ row }) => row === 'backup')?.sides.map(sayJudged)).toEqual(['1 pass; no limit (verdicts of the scenarios)', 'without a figure: 1 blocked']);
  expect(documentMarkdown(comparisonDocument(comparison))).toContain('none: There was no storage; verdict: without a figure: 1 blocked');
});

test('the matrix shows it in HTML and in Markdown', () => {
  const document = comparisonDocument(compared(pve, [night('hyperv', 1, judgedBy(360_000, 'fail', 'default'))]));
  for (const text of [documentHtml(document), documentMarkdown(document).replaceAll('\\', '')]) {
    expect(text).toContain('n = 6 of 8; 2 gave none; verdict: 5 pass, 1 inconclusive; without a figure: 1 inconclusive, 1 blocked; limit 60 s (pve.yaml)');
    expect(text).toContain('verdict: 1 fail; limit 360 s (default)');
  }
});

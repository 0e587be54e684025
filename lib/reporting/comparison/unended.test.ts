import { expect, test } from 'vitest';
import type { JudgedRun } from '../judged-run.ts';
import { documentMarkdown } from '../document.ts';
import { around, judgedRun, judgedScenario, madeUpOptions } from '../testing/judged.ts';
import { compare } from './compare.ts';
import { comparisonDocument } from './comparison-document.ts';
import type { Comparison } from './comparison-schema.ts';
import { sidesOf } from './side.ts';

/** Invented runs of a power failure and of a shutdown; of the failures the first ones never ended while they were looked at. */
function side(environment: string, failureMs: number, unended: number): JudgedRun[] {
  return around(failureMs, 8).map((truth, index) => judgedRun(environment, index, [
    judgedScenario([truth], {}, index < unended ? { lo: 600_000, hi: null } : {}),
    judgedScenario([100 + index], { row: 'node-shutdown' }),
  ]));
}
const compared = (...runs: JudgedRun[]): Comparison => compare(sidesOf(runs, []), madeUpOptions);
const failure = ({ cells }: Comparison) => cells.find(({ row }) => row === 'node-failure')?.pairs[0];

test('a side that did not come back is different where as much is shown by how long it was seen to be away', () => {
  expect(failure(compared(...side('pve', 38_000, 0), ...side('hyperv', 90_000, 5)))).toMatchObject({ word: 'different', shift: null, because: expect.stringMatching(/^5 of 8 on hyperv had no end; hyperv longer by at least [\d.]+ (s|min): different, even if those had ended when they were last seen$/) });
  expect(failure(compared(...side('pve', 90_000, 5), ...side('hyperv', 38_000, 0)))).toMatchObject({ word: 'different', because: expect.stringContaining('pve longer by at least') });
});

test('it is not where the rest speaks against it, or where both sides have such outages', () => {
  expect(failure(compared(...side('pve', 700_000, 0), ...side('hyperv', 90_000, 1)))).toMatchObject({ word: 'not-enough-data', because: '1 of 8 on hyperv had no end' });
  expect(failure(compared(...side('pve', 90_000, 7), ...side('hyperv', 38_000, 1)))).toMatchObject({ word: 'not-enough-data', because: '7 of 8 on pve had no end; 1 of 8 on hyperv had no end' });
});

test('a year has no sum where an outage had no end, since it would flatter the side that did not come back', () => {
  const comparison = compared(...side('pve', 38_000, 0), ...side('hyperv', 90_000, 5));
  expect(comparison.availability).toMatchObject([{ rows: [{ row: 'node-shutdown' }], leftOut: ['node-failure'], because: ['an outage had no end'], perYear: [] }]);
  const text = documentMarkdown(comparisonDocument(comparison));
  expect(text).toContain('node-failure of web is left out: an outage had no end');
  expect(text).not.toContain('all of these');
});

test('a share of a year is never rounded up to all of it', () => {
  const short = (environment: string): JudgedRun[] => around(100, 6).map((truth, index) => judgedRun(environment, index, [judgedScenario([truth])]));
  const text = documentMarkdown(comparisonDocument(compared(...short('pve'), ...short('hyperv'))));
  expect(text).toContain('99.99999 %');
  expect(text).not.toContain('100.00000 %');
});

import { expect, test } from 'vitest';
import { documentMarkdown } from '../document.ts';
import type { JudgedRun } from '../judged-run.ts';
import { judgedRun, judgedScenario, madeUpOptions } from '../testing/judged.ts';
import { compare } from './compare.ts';
import { comparisonDocument } from './comparison-document.ts';
import type { Comparison } from './comparison-schema.ts';
import { sidesOf } from './side.ts';

/** Invented runs, one outage each. */
const side = (environment: string, truthMs: number, count: number, memory = '2GiB'): JudgedRun[] => Array.from({ length: count }, (_, index) => judgedRun(environment, index, [judgedScenario([truthMs])], { environmentFile: { comparison: { profile: 'defaults' }, guests: [{ name: 'web', machine: { image: 'sha256:aa', vcpus: 2, memory, nic: 'virtio', load: 'idle' } }] } }));
const compared = (...runs: JudgedRun[]): Comparison => compare(sidesOf(runs, []), { ...madeUpOptions, events: { 'node-failure': 4 } });

test('follows from the medians and the frequencies that are assumed, with how many figures they rest on', () => {
  const year = 365.25 * 24 * 3600 * 1000;
  const comparison = compared(...side('pve', 10_000, 6), ...side('hyperv', 20_000, 7));
  const [guest] = comparison.availability;
  expect(guest).toMatchObject({ guest: 'web', leftOut: [], rows: [{ row: 'node-failure', eventsPerYear: 4, n: [6, 7] }] });
  expect(guest?.perYear.map(({ medianMs }) => Math.round(medianMs / 1000))).toEqual([40, 80]);
  expect(guest?.perYear[1]?.availability).toBeCloseTo(1 - 80_000 / year, 8);
  expect(documentMarkdown(comparisonDocument(comparison))).toMatch(/node-failure, 4 a year .*each; n = 6 \| .*each; n = 7 \|/);
});

test('is not estimated from what cannot be compared', () => {
  const comparison = compared(...side('pve', 10_000, 6), ...side('hyperv', 20_000, 6, '8GiB'));
  expect(comparison.availability).toEqual([{ guest: 'web', rows: [], leftOut: ['node-failure'], because: ['guest web is not the same: its memory is 2GiB on pve and 8GiB on hyperv'], perYear: [] }]);
  const text = documentMarkdown(comparisonDocument(comparison));
  expect(text).toContain('node-failure of web is left out: guest web is not the same');
  expect(text).not.toMatch(/99\.\d+ %/);
});

test('is not estimated from a single figure', () => {
  expect(compared(...side('pve', 10_000, 1), ...side('hyperv', 20_000, 6)).availability).toMatchObject([{ rows: [], leftOut: ['node-failure'], because: ['1 figure on one side, 6 are needed'] }]);
});

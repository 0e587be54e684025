import { describe, expect, test } from 'vitest';
import { chartsOf, documentMarkdown } from '../document.ts';
import type { JudgedRun } from '../judged-run.ts';
import { around, judgedRun, judgedScenario, madeUpOptions } from '../testing/judged.ts';
import { compare } from './compare.ts';
import { comparisonDocument } from './comparison-document.ts';
import type { Comparison } from './comparison-schema.ts';
import { sidesOf } from './side.ts';

const machine = { image: 'sha256:aa', vcpus: 2, memory: '2GiB', nic: 'virtio', load: 'idle' };
const likewise = { environmentFile: { comparison: { profile: 'defaults' }, guests: [{ name: 'web', machine }] } };
const phases = [{ name: 'detected' as const, lo: 1000, hi: 2000 }];

/** Invented runs, one scenario each; where a length is null the prober saw nothing. */
const side = (environment: string, truths: readonly (number | null)[], change: Parameters<typeof judgedRun>[3] = {}): JudgedRun[] => truths.map((truth, index) => judgedRun(environment, index, [truth === null ? judgedScenario([], { verdict: 'inconclusive', reason: 'The prober was blind.' }) : judgedScenario([truth], { phases })], { ...likewise, ...change }));
const compared = (runs: readonly JudgedRun[]): Comparison => compare(sidesOf(runs, []), { ...madeUpOptions, margins: { '*': 3000 } });

test('verdicts that are not what their record says are said, and that they do not count', () => {
  const contradicted = 'verdicts.json of run 20260101T020000Z-made says something else than its record (verdicts or figures of node-failure.web.r1): what the record says counts';
  const runs = side('pve', around(13_000, 6)).map((run, index) => (index === 0 ? { ...run, contradicted } : run));
  expect(compared([...runs, ...side('hyperv', around(13_000, 6))]).reservations).toContain(contradicted);
});

test('runs that gave no figure are said first, in the sentence, in the table and beside the dots', () => {
  const lengths = around(13_000, 6);
  const comparison = compared([...side('pve', [...lengths, ...Array.from({ length: 10 }, () => null)]), ...side('hyperv', lengths)]);
  expect(comparison.headline).toMatch(/^With reservations: pve versus hyperv: 1 equivalent/);
  expect(comparison.reservations[0]).toBe('10 of 16 on pve gave no figure of node-failure of web (worker): outage by icmp (10 inconclusive): what is said about it rests on the others');
  expect(comparison.cells[0]?.pairs[0]?.sentence).toContain('(medians of 6 of 16 and 6; 10 on pve gave none)');
  expect(comparison.phases[0]?.pairs[0]?.sentence).toContain('(medians of 6 and 6; 10 on pve gave none)');
  const document = comparisonDocument(comparison);
  expect(documentMarkdown(document)).toMatch(/n = 6 of 16; 10 gave none; verdict: 6 pass; without a figure: 10 inconclusive; .* \| .*n = 6; verdict: 6 pass; [^|]*\| equivalent/);
  const dots = document.blocks.flatMap((block) => ('chart' in block && block.chart.name.startsWith('001.') ? [block.chart.svg] : []));
  expect(dots[0]).toContain('6 of 16; 10 gave none');
});

test('what does not apply to a platform is not missing', () => {
  const lengths = around(13_000, 6);
  const notApplicable = judgedRun('pve', 9, [judgedScenario([], { verdict: 'not-applicable', reason: 'no such thing here' })], likewise);
  expect(compared([...side('pve', lengths), notApplicable, ...side('hyperv', lengths)]).cells[0]?.pairs[0]?.sentence).toContain('(medians of 6 and 6)');
});

test('a run counts once, however many copies of it are given', () => {
  const lengths = around(13_000, 6);
  const runs = side('pve', lengths);
  const comparison = compared([...runs, ...runs.slice(0, 2).map((run) => ({ ...run, folder: `/copy${run.folder}` })), ...side('hyperv', lengths)]);
  expect(comparison.cells[0]?.sides.map(({ n }) => n)).toEqual([6, 6]);
  expect(comparison.reservations).toEqual(['several copies of pve/20260101T020000Z-made, pve/20260102T020000Z-made were given: each run counts once, as the copy that was named first tells it']);
});

test('each chart of simulated clusters says so, and none of real ones', () => {
  const charts = (simulated: boolean): number[] => {
    const drawn = chartsOf(comparisonDocument(compared(['pve', 'hyperv'].flatMap((environment) => side(environment, around(13_000, 6), { simulated })))));
    return [drawn.length, drawn.filter(({ svg }) => svg.includes('>simulated cluster</text>')).length];
  };
  expect(charts(true)).toEqual([3, 3]);
  expect(charts(false)).toEqual([3, 0]);
});

test('figures behind which no events stand are a reservation, and the hashes of both files are shown', () => {
  const runs = side('pve', around(13_000, 6));
  const hashesOf = (folder: string): { events: string | null; verdicts: string | null } => ({ events: folder === runs[2]?.folder ? null : 'e0e0', verdicts: 'f0f0' });
  const comparison = compare(sidesOf([...runs, ...side('hyperv', around(13_000, 6))], []), { ...madeUpOptions, hashesOf });
  expect(comparison.reservations).toEqual(['pve/20260103T020000Z-made has no events: nothing recorded stands behind its figures but verdicts.json']);
  const none = compare(sidesOf([...runs, ...side('hyperv', around(13_000, 6))], []), { ...madeUpOptions, hashesOf: () => ({ events: null, verdicts: null }) });
  expect(none.reservations[0]).toBe('pve/20260101T020000Z-made, pve/20260102T020000Z-made, pve/20260103T020000Z-made and 9 more have no events: nothing recorded stands behind their figures but verdicts.json');
  expect(documentMarkdown(comparisonDocument(comparison))).toMatch(/pve\/20260103T020000Z-made .*\| no events \| f0f0 \|/);
});

describe('what figures share', () => {
  /** An invented run with as many moves as lengths. */
  const moved = (environment: string, number: number, truths: readonly number[]): JudgedRun => judgedRun(environment, number, [{ ...judgedScenario([], { row: 'live-migration', variant: null }), measurements: truths.map((truth) => judgedScenario([truth], {}, { from: 'a', to: 'b' }).measurements).flat() }], likewise);

  test('six moves of one run a side: a conclusion, and a reservation', () => {
    const comparison = compare(sidesOf([moved('pve', 1, around(300, 6)), moved('hyperv', 1, around(900, 6))], []), madeUpOptions);
    expect(comparison.headline).toBe('With reservations: pve versus hyperv: 1 different');
    expect(comparison.reservations).toEqual(['1 of 1 conclusion rests on fewer than 6 runs of a side (1 of pve, 1 of hyperv): figures of one run share its conditions, so that intervals are narrower than they should be']);
  });

  test('no conclusion, no such reservation', () => {
    expect(compare(sidesOf([moved('pve', 1, [300]), moved('hyperv', 1, [900])], []), madeUpOptions).reservations).toEqual([]);
  });

  const days = (environment: string, numbers: readonly number[]): JudgedRun[] => numbers.map((number) => judgedRun(environment, number, [judgedScenario([10_000 + number])], likewise));
  const reserved = (first: readonly number[], second: readonly number[]): string[] => compare(sidesOf([...days('pve', first), ...days('hyperv', second)], []), madeUpOptions).reservations;

  test('sides that were measured one after the other, not in turns', () => {
    const after = (earlier: string, later: string): string => `the runs of ${earlier} were made before those of ${later} and not in turns: what else changed meanwhile is in the difference`;
    expect(reserved([0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11])).toEqual([after('pve', 'hyperv')]);
    expect(reserved([6, 7, 8, 9, 10, 11], [0, 1, 2, 3, 4, 5])).toEqual([after('hyperv', 'pve')]);
    expect(reserved([0, 1, 2, 3, 4, 6], [5, 7, 8, 9, 10, 11])).toEqual([after('pve', 'hyperv')]);
    expect(reserved([0, 3, 4, 7, 8, 11], [1, 2, 5, 6, 9, 10])).toEqual([]);
  });
});

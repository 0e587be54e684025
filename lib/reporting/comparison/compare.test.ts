import { describe, expect, test } from 'vitest';
import { syntheticDescription } from '../../record/testing.ts';
import type { JudgedRun } from '../judged-run.ts';
import { around, judgedRun, judgedScenario, madeUpOptions } from '../testing/judged.ts';
import { compare, sayWords } from './compare.ts';
import type { CompareOptions } from './compare.ts';
import { comparisonSchema } from './comparison-schema.ts';
import type { Comparison } from './comparison-schema.ts';
import { sidesOf } from './side.ts';

const options = madeUpOptions;
const machine = { image: 'sha256:aa', vcpus: 2, memory: '2GiB', nic: 'virtio', load: 'idle' };
const likewise = { environmentFile: { comparison: { profile: 'defaults' }, guests: [{ name: 'web', machine }] } };

/** A run with one outage for each true length. */
const side = (environment: string, truths: readonly number[], change: Parameters<typeof judgedRun>[3] = {}): JudgedRun[] => truths.map((truth, index) => judgedRun(environment, index, [judgedScenario([truth])], { ...likewise, ...change }));
const against = (truths: readonly number[], others: readonly number[], more: Partial<CompareOptions> = {}): Comparison => compare(sidesOf([...side('pve', truths), ...side('hyperv', others)], []), { ...options, ...more });
const firstPair = (comparison: Comparison): Comparison['cells'][number]['pairs'][number] | undefined => comparison.cells[0]?.pairs[0];

describe('pairs made different, alike or too few on purpose', () => {
  test('a pair that was made different by 12 s is called different by about 12 s', () => {
    const comparison = against(around(13_000, 8), around(25_000, 8));
    const pair = firstPair(comparison);
    expect(comparisonSchema.parse(comparison)).toEqual(comparison);
    expect(pair?.word).toBe('different');
    expect(pair?.shift?.lo).toBeLessThan(12_000);
    expect(pair?.shift?.hi).toBeGreaterThan(12_000);
    expect(pair?.shift?.estimate).toBeCloseTo(12_000, -3);
    expect(pair?.sentence).toMatch(/^node-failure of web \(worker\): outage by icmp: pve 12\.\d+ s, hyperv 24\.\d+ s \(medians of 8 and 8\); hyperv longer by 11\.\d+ s \(95 %: \S+ s to \S+ s\): different/);
    expect(comparison.headline).toBe('pve versus hyperv: 1 different');
    expect(comparison.reservations).toEqual([]);
  });

  test('the side that is longer is named whichever it is', () => {
    expect(firstPair(against(around(25_000, 8), around(13_000, 8)))?.sentence).toContain('pve longer by 11.75 s');
  });

  test('a pair of the same is equivalent within a margin that was declared, and never different', () => {
    const [truths, others] = [around(13_000, 10), around(13_000, 10).toReversed()];
    expect(firstPair(against(truths, others, { margins: { '*': 3000 } }))).toMatchObject({ word: 'equivalent', margin: 3000 });
    expect(firstPair(against(truths, others))?.word).toBe('not-enough-data');
    expect(firstPair(against(truths, others, { margins: { '*': 3000, outage: 100, 'node-failure.outage': 50 } }))).toMatchObject({ word: 'not-enough-data', margin: 50 });
  });

  test('five runs are too few, whatever they say', () => {
    expect(firstPair(against(around(13_000, 5), around(90_000, 9)))?.word).toBe('not-enough-data');
  });

  test('a difference of less than two periods is below resolution', () => {
    expect(firstPair(against(Array.from({ length: 9 }, () => 300), Array.from({ length: 9 }, () => 308)))?.word).toBe('below-resolution');
  });

  test('a run that never came back leaves no figure to calculate with, and is told', () => {
    const runs = [...side('pve', around(13_000, 6)), judgedRun('pve', 9, [judgedScenario([0], { verdict: 'fail' }, { lo: 60_000, hi: null })], likewise), ...side('hyperv', around(13_000, 6))];
    const comparison = compare(sidesOf(runs, []), options);
    expect(firstPair(comparison)).toMatchObject({ word: 'not-enough-data', because: '1 of 7 on pve had no end' });
    expect(comparison.verdicts[0]?.sides[0]).toMatchObject({ pass: 6, fail: 1 });
  });
});

describe('what is paired', () => {
  test('the same role on nodes of other names; another role, guest, variant or probe is another cell', () => {
    const of = (environment: string, node: string): JudgedRun => judgedRun(environment, 1, [
      judgedScenario([1000], { target: { node, role: 'worker', disk: null } }),
      judgedScenario([1000], { variant: 'coordinator', target: { node, role: 'coordinator', disk: null } }),
      judgedScenario([1000], { guest: 'dns' }),
      judgedScenario([1000], {}, { name: 'service-gap', probe: 'web.http' }),
    ], likewise);
    const { cells } = compare(sidesOf([of('pve', 'pve1'), of('hyperv', 'HOST-A')], []), options);
    expect(cells.map(({ variant, role, guest, probe, sides }) => [variant, role, guest, probe, sides.map(({ n }) => n)])).toEqual([
      ['worker', 'worker', 'web', 'icmp', [1, 1]], ['coordinator', 'coordinator', 'web', 'icmp', [1, 1]], ['worker', 'worker', 'dns', 'icmp', [1, 1]], ['worker', 'worker', 'web', 'http', [1, 1]],
    ]);
  });

  test('all moves are one cell, and what was measured over the whole row is another one', () => {
    const of = (environment: string, nodes: [string, string]): JudgedRun => judgedRun(environment, 1, [{ ...judgedScenario([300], { row: 'live-migration', variant: null, target: { node: nodes[0], role: 'worker', disk: null } }), measurements: [...judgedScenario([300], {}, { from: nodes[0], to: nodes[1] }).measurements, ...judgedScenario([300], {}, { from: nodes[1], to: nodes[0] }).measurements, ...judgedScenario([300]).measurements] }], likewise);
    const { cells } = compare(sidesOf([of('pve', ['a', 'b']), of('hyperv', ['x', 'y'])], []), options);
    expect(cells.map(({ moves, role, sides }) => [moves, role, sides.map(({ n, runs }) => [n, runs])])).toEqual([[true, null, [[2, 1], [2, 1]]], [false, null, [[1, 1], [1, 1]]]]);
  });

  test('what one side lacks is a hole with its reason', () => {
    const pve = judgedRun('pve', 1, [judgedScenario([1000]), judgedScenario([1000], { row: 'disk-removal', variant: null })], likewise);
    const blocked = judgedScenario([], { row: 'disk-removal', variant: null, verdict: 'blocked', reason: 'osd.2 was down already.' });
    const missing = (other: JudgedRun): string | null | undefined => compare(sidesOf([pve, other], []), options).cells.find(({ row }) => row === 'disk-removal')?.pairs[0]?.because;
    expect(missing(judgedRun('hyperv', 1, [judgedScenario([1000]), blocked], likewise))).toBe('hyperv has no figure: osd.2 was down already');
    expect(missing(judgedRun('hyperv', 1, [judgedScenario([1000]), { ...judgedScenario([1000], { row: 'disk-removal', variant: null, reason: 'Outage was fine.' }, { name: 'write-gap' }) }], likewise))).toBe('hyperv has no figure: no figure of outage was recorded');
    expect(missing(judgedRun('hyperv', 1, [judgedScenario([1000])], likewise))).toBe('hyperv has no figure: disk-removal was not run');
    expect(compare(sidesOf([pve, judgedRun('hyperv', 1, [judgedScenario([1000]), blocked], likewise)], []), options).cells[1]?.sides[1]).toMatchObject({ n: 0, median: null, holes: [{ verdict: 'blocked' }] });
  });
});

describe('what cannot be compared', () => {
  test('runs of one environment without --against, and a run on both sides', () => {
    const runs = side('pve', [1, 2]);
    expect(() => sidesOf(runs, [])).toThrow(/two environments/);
    expect(() => sidesOf(runs, runs)).toThrow(/pve\/20260101T020000Z-made stands on both sides\. Name it once/);
    expect(() => sidesOf(runs, runs.map((run) => ({ ...run, folder: '/elsewhere/copy' })))).toThrow(/stands on both sides, once as a copy/);
    expect(sidesOf(runs.slice(0, 1), runs.slice(1)).map(({ name }) => name)).toEqual(['pve (first)', 'pve (against)']);
  });

  test('runs of one side with other settings: defaults and equalised ones are never mixed', () => {
    const cluster = syntheticDescription().cluster;
    const equalised = { cluster: cluster === null ? null : { ...cluster, settings: { 'stonith-timeout': '20s' } } };
    const runs = [...side('pve', [1000]), judgedRun('pve', 7, [judgedScenario([1000])], { ...likewise, ...equalised })];
    expect(() => compare(sidesOf([...runs, ...side('hyperv', [1000])], []), options)).toThrow(/stonith-timeout: 60s and 20s/);
    const settings = compare(sidesOf([...side('pve', [1000]), ...side('hyperv', [1000], equalised)], []), options).conditions.filter(({ kind, equal }) => kind === 'setting' && !equal);
    expect(settings).toEqual([{ kind: 'setting', what: 'stonith-timeout', values: ['60s', '20s'], equal: false, mixed: false }]);
  });

  test('a run whose settings nobody told is taken in, and said', () => {
    const silent = judgedRun('pve', 7, [judgedScenario([1000])], { ...likewise, cluster: null });
    const comparison = compare(sidesOf([...side('pve', [1000]), silent, ...side('hyperv', [1000])], []), options);
    expect(comparison.reservations).toContain('with which settings pve/20260108T020000Z-made was made is not known');
    expect(comparison.cells[0]?.sides[0]?.n).toBe(2);
  });

  test('simulated with real clusters, and sides without a figure in common', () => {
    expect(() => compare(sidesOf([...side('pve', [1000]), ...side('hyperv', [1000], { simulated: true })], []), options)).toThrow(/simulated/);
    expect(() => compare(sidesOf([...side('pve', [1000]), judgedRun('hyperv', 1, [judgedScenario([1000], { guest: 'www' })])], []), options)).toThrow(/nothing to compare.*outage by icmp/s);
  });

  test('a guest that is another machine: its cells are not compared, and the reservation says what is not equal', () => {
    const other = { environmentFile: { comparison: { profile: 'defaults' }, guests: [{ name: 'web', machine: { ...machine, memory: '8GiB' } }] } };
    const comparison = compare(sidesOf([...side('pve', around(1000, 6)), ...side('hyperv', around(9000, 6), other)], []), options);
    expect(firstPair(comparison)).toMatchObject({ word: 'not-comparable', because: 'guest web is not the same: its memory is 2GiB on pve and 8GiB on hyperv' });
    expect(comparison.reservations[0]).toContain('memory of guest web is not the same');
  });

  test('a guest that nobody declared is a reservation', () => {
    expect(compare(sidesOf([...side('pve', [1000]), ...side('hyperv', [1000], { environmentFile: { comparison: { profile: 'defaults' } } })], []), options).reservations).toEqual([expect.stringContaining('whether web is the same guest everywhere is not known')]);
  });

  test('a coarser period, where outages are shorter than it; not where all are longer', () => {
    const prober = { prober: { ...syntheticDescription().prober, periodMs: 1000 } };
    const coarse = (truth: number): JudgedRun[] => Array.from({ length: 6 }, (_, index) => judgedRun('hyperv', index, [judgedScenario([], { measurements: judgedScenario([truth + index], {}, { period: 1000, lo: truth + index - 1000, hi: truth + index + 1000 }).measurements })], { ...likewise, ...prober }));
    const short = compare(sidesOf([...side('pve', around(300, 6)), ...coarse(1500)], []), options);
    expect(firstPair(short)).toMatchObject({ word: 'not-comparable', because: expect.stringMatching(/every 10 ms and the other every 1000 ms/) });
    expect(short.headline).toMatch(/^With reservations: pve versus hyperv: 1 not comparable$/);
    expect(short.reservations.join()).toContain('probe period is not the same: 10 ms (pve), 1000 ms (hyperv)');
    expect(firstPair(compare(sidesOf([...side('pve', around(30_000, 6)), ...coarse(60_000)], []), options))).toMatchObject({ word: 'different', resolution: 2000 });
  });
});

test('three sides are compared each with each', () => {
  const { cells } = compare(sidesOf([...side('a', around(1000, 6)), ...side('b', around(5000, 6)), ...side('c', around(9000, 6))], []), options);
  expect(cells[0]?.pairs.map(({ first, second, word }) => [first, second, word])).toEqual([[0, 1, 'different'], [0, 2, 'different'], [1, 2, 'different']]);
  expect(sayWords(cells[0]?.pairs ?? [])).toBe('3 different');
});

test('phases are the medians of their ends, and one that some recovery did not reach is left out', () => {
  const recovery = (environment: string, number: number, detected: number, serving: number | null): JudgedRun => judgedRun(environment, number, [judgedScenario([1000], { phases: [{ name: 'detected', lo: detected - 100, hi: detected }, { name: 'serving', lo: (serving ?? 9000) - 100, hi: serving }] })], likewise);
  const { phases } = compare(sidesOf([recovery('pve', 1, 1000, 9000), recovery('pve', 2, 3000, 11_000), recovery('hyperv', 1, 5000, 9000), recovery('hyperv', 2, 5000, null)], []), options);
  expect(phases[0]?.sides).toMatchObject([{ n: 2, phases: [{ name: 'detected', lo: 1900, hi: 2000 }, { name: 'serving', lo: 9900, hi: 10_000 }] }, { n: 2, phases: [{ name: 'detected', lo: 4900, hi: 5000 }] }]);
});

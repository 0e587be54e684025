import { describe, expect, test } from 'vitest';
import { syntheticDescription } from '../../record/testing.ts';
import type { Measurement, RunDescription } from '../../record/types.ts';
import { chartsOf, documentMarkdown } from '../document.ts';
import type { JudgedRun } from '../judged-run.ts';
import { around, judgedByTool, judgedRun, judgedScenario } from '../testing/judged.ts';
import { historyDocument } from './history-document.ts';
import { historyOf } from './history.ts';
import type { HistoryOptions } from './history.ts';
import { historySchema } from './history-schema.ts';

const options: HistoryOptions = { environment: 'prod-a', issues: [], today: '2026-03-01', tool: 'ha-acceptance 0.0.0-synthetic', unreadable: [] };

function withQemu(qemu: string): Partial<RunDescription> {
  const { cluster } = syntheticDescription();
  return { cluster: cluster === null ? null : { ...cluster, versions: { qemu } } };
}

/** Nightly runs of these true outages; qemu is another version from the run `updatedAt` on. */
const nights = (truths: readonly number[], updatedAt = Number.POSITIVE_INFINITY): JudgedRun[] => truths.map((truth, index) => judgedRun('prod-a', index, [judgedScenario([truth])], withQemu(index < updatedAt ? '7.2' : '8.0')));
const changes = (runs: readonly JudgedRun[], more: Partial<HistoryOptions> = {}): ReturnType<typeof historyOf>['series'][number]['changes'] => historyOf(runs, { ...options, ...more }).series[0]?.changes ?? [];

describe('a change against its own past', () => {
  test('of a known amount is found by about that amount and named with its run and what changed with it', () => {
    const history = historyOf(nights([...around(10_000, 10), ...around(14_000, 8)], 10), options);
    const [change] = history.series[0]?.changes ?? [];
    expect(historySchema.parse(history)).toEqual(history);
    expect(history.regressions).toBe(1);
    expect(history.headline).toBe('prod-a: 1 regression, 0 improvements, 0 known, over 18 runs');
    expect(change).toMatchObject({ run: '20260111T020000Z-made', before: '20260110T020000Z-made', regression: true, latest: true, alongside: ['version of qemu: 7.2 to 8.0'] });
    expect(change?.shift.estimate).toBeGreaterThan(3500);
    expect(change?.shift.estimate).toBeLessThan(4500);
    expect(change?.sentence).toMatch(/^node-failure of web \(worker\): outage by icmp: longer by 3\d+ ms since run 20260111T020000Z-made .*; what changed with it, within 5 runs: version of qemu: 7\.2 to 8\.0\.$/);
  });

  test('is told with what changed in the runs next to it, since its moment is known to within a few runs only', () => {
    const truths = [...around(10_000, 10), ...around(14_000, 8)];
    expect(changes(nights(truths, 12))[0]?.alongside).toEqual(['version of qemu: 7.2 to 8.0 (run 20260113T020000Z-made)']);
    expect(changes(nights(truths, 17))[0]?.alongside).toEqual([]);
  });

  test('is found whatever the order the records come in', () => {
    expect(changes(nights([...around(10_000, 10), ...around(14_000, 8)]).toReversed())[0]?.run).toBe('20260111T020000Z-made');
  });

  test('is not found where there is none, where it is smaller than what can be measured, or where the runs are too few', () => {
    expect(changes(nights(around(10_000, 30)))).toEqual([]);
    expect(changes(nights([...Array.from({ length: 10 }, () => 300), ...Array.from({ length: 10 }, () => 309)]))).toEqual([]);
    const few = historyOf(nights([...around(10_000, 6), ...around(90_000, 5)]), options);
    expect(few.series[0]).toMatchObject({ changes: [], tooShort: '11 runs with a figure, 12 are needed: 6 before and 6 after a change' });
    expect(few.reservations).toEqual(['1 of 1 measurement has too few runs for a change to be found']);
  });

  test('for the better is no regression', () => {
    const history = historyOf(nights([...around(14_000, 8), ...around(10_000, 8)]), options);
    expect(history.headline).toBe('prod-a: 0 regressions, 1 improvement, 0 known, over 16 runs');
  });

  test('that was taken back is no regression any more', () => {
    const history = historyOf(nights([...around(10_000, 10), ...around(20_000, 16), ...around(10_000, 12)]), options);
    expect(history.series[0]?.changes.map(({ regression, latest }) => [regression, latest])).toEqual([[true, false], [false, true]]);
    expect(history.regressions).toBe(0);
  });

  test('that comes again and again is said to be no level at all', () => {
    const stairs = Array.from({ length: 6 }, (_, stair) => Array.from({ length: 12 }, (__, night) => 5000 + 3000 * stair + 10 * night)).flat();
    const history = historyOf(nights(stairs), options);
    expect(history.series[0]?.changes.length).toBeGreaterThan(3);
    expect(history.reservations[0]).toMatch(/^the level of 1 measurement changed more than 3 times \(node-failure of web \(worker\): outage by icmp\): it drifts/);
  });

  test('of one run with many figures does not count as many', () => {
    const runs = nights(around(10_000, 11)).concat(judgedRun('prod-a', 40, [judgedScenario(around(90_000, 12))]));
    expect(changes(runs)).toEqual([]);
  });
});

describe('known issues', () => {
  const regressed = nights([...around(10_000, 10), ...around(14_000, 8)]);
  const issue = { row: 'node-failure', measurement: 'outage', guest: 'web', reason: 'slow fencing card', until: '2026-03-01' } as const;

  test('cover a regression until their day, and are told', () => {
    const history = historyOf(regressed, { ...options, issues: [issue] });
    expect(history.regressions).toBe(0);
    expect(history.series[0]?.changes[0]?.sentence).toContain('known until 2026-03-01: slow fencing card');
  });

  test('cover nothing after it, and nothing else', () => {
    const expired = historyOf(regressed, { ...options, issues: [issue], today: '2026-03-02' });
    expect(expired.regressions).toBe(1);
    expect(expired.reservations).toEqual(['the known issue of node-failure (slow fencing card) expired on 2026-03-01 and covers nothing any more']);
    for (const other of [{ ...issue, guest: 'dns' }, { ...issue, measurement: 'recovery' as const }, { ...issue, row: 'backup' as const }]) expect(historyOf(regressed, { ...options, issues: [other] }).regressions).toBe(1);
  });
});

test('an issue with a measurement covers the fail of its limit as well, and no other fail', () => {
  const issue = { row: 'node-failure', measurement: 'outage', reason: 'slow fencing card', until: '2026-03-01' } as const;
  const failing = (reason: string, more: Partial<Measurement>[] = []): JudgedRun[] => [0, 1, 2, 3].map((night) => {
    if (night < 2) return judgedRun('prod-a', night, [judgedScenario([10_000])]);
    const scenario = judgedScenario([90_000], { verdict: 'fail', reason }, { lo: 89_990, hi: 90_010, limit: 60_000, verdict: 'fail' });
    const [outage] = scenario.measurements;
    return judgedRun('prod-a', night, [{ ...scenario, measurements: [...scenario.measurements, ...(outage === undefined ? [] : more.map((change) => ({ ...outage, ...change })))] }]);
  });
  const byLimit = 'Outage 89.99-90.01 s, limit 60 s.';
  const known = historyOf(failing(byLimit), { ...options, issues: [issue] });
  expect(known.outcomes[0]?.failingSince?.sentence).toContain('; known until 2026-03-01: slow fencing card.');
  expect(known.headline).toBe('prod-a: 0 regressions, 0 improvements, 1 known, over 4 runs');
  expect(historyOf(failing(byLimit), { ...options, issues: [{ ...issue, measurement: 'recovery' }] }).regressions).toBe(1);
  expect(historyOf(failing(`${byLimit} The file is not whole.`), { ...options, issues: [issue] }).regressions).toBe(1);
  const both = failing(`${byLimit.slice(0, -1)}. Recovery 89.99-90.01 s, limit 60 s.`, [{ name: 'recovery' }]);
  expect(historyOf(both, { ...options, issues: [issue] }).regressions).toBe(1);
  expect(historyOf(failing(`${byLimit} Recovery 89.99-90.01 s, limit 60 s. And 1 more.`, [{ name: 'recovery' }]), { ...options, issues: [issue, { ...issue, measurement: 'recovery' }] }).regressions).toBe(1);
  expect(historyOf(both, { ...options, issues: [issue, { ...issue, measurement: 'recovery' }] }).regressions).toBe(0);
});

describe('verdicts', () => {
  const judged = (verdicts: readonly ('pass' | 'fail' | 'blocked')[]): JudgedRun[] => verdicts.map((verdict, index) => judgedRun('prod-a', index, [judgedScenario([1000], { verdict })], withQemu(index < 2 ? '7.2' : '8.0')));

  test('a row that fails and passed before is a regression since the run in which it began', () => {
    const history = historyOf(judged(['pass', 'pass', 'fail', 'blocked', 'fail']), options);
    expect(history.regressions).toBe(1);
    expect(history.outcomes[0]?.failingSince?.sentence).toBe('node-failure of web (worker): fails since run 20260103T020000Z-made (2 times), passed in 20260102T020000Z-made; changed with it: version of qemu: 7.2 to 8.0.');
  });

  test('a row that passes again, or never passed, is none', () => {
    expect(historyOf(judged(['pass', 'fail', 'pass']), options).regressions).toBe(0);
    expect(historyOf(judged(['fail', 'fail']), options).regressions).toBe(0);
  });

  test('a row that never passed stands in the headline', () => {
    const history = historyOf(judged(['fail', 'fail', 'blocked']), options);
    expect(history.headline).toContain('; 1 row never passed');
    expect(history.outcomes[0]?.neverPassed).toBe('node-failure of web (worker): never passed in 3 runs (2 times FAIL, 1 time blocked).');
    expect(historyOf(judged(['fail', 'pass']), options).outcomes[0]?.neverPassed).toBeNull();
  });

  test('the gravest verdict of several repeats counts', () => {
    const run = judgedRun('prod-a', 1, [judgedScenario([1000], { verdict: 'fail' }), judgedScenario([1000], { repeat: 2 })]);
    expect(historyOf([run], options).outcomes[0]?.verdicts).toEqual([{ run: run.description.run, verdict: 'fail' }]);
  });
});

test('runs against a simulated cluster are left out where there are real ones, and never explain a change', () => {
  const truths = [...around(10_000, 9), ...around(15_000, 9)];
  const runs = truths.map((truth, night) => judgedRun('prod-a', night, [judgedScenario([truth])], { simulated: night < 9 }));
  const history = historyOf(runs, options);
  expect(history.runs).toHaveLength(9);
  expect(history.regressions).toBe(0);
  expect(history.reservations[0]).toBe('9 runs against a simulated cluster are left out: a simulation tells nothing about the real one');
  const all = historyOf(runs.slice(0, 9), options);
  expect(all.runs).toHaveLength(9);
  expect(all.reservations[0]).toBe('all of the runs were made against a simulated cluster');
});

describe('"nothing else that is recorded changed" looks at', () => {
  const machine = (load: string): Record<string, unknown> => ({ schema: 1, guests: [{ name: 'web', machine: { image: 'sha256:a', vcpus: 2, load } }] });
  const prober = { engine: 'made', reason: 'synthetic', periodMs: 10, waitMs: 10_000, lateAfterMs: null };
  test.each<[string, Partial<RunDescription>, Partial<RunDescription>]>([
    ['load of guest web: idle to 200 MB/s', { environmentFile: machine('idle') }, { environmentFile: machine('200 MB/s') }],
    ['image of guest web: absent to sha256:a', {}, { environmentFile: { guests: [{ name: 'web', machine: { image: 'sha256:a' } }] } }],
    ['wait until a probe is lost: 10000 ms to 2000 ms', { prober }, { prober: { ...prober, waitMs: 2000 } }],
    ['late after: by the baseline to 50 ms', { prober }, { prober: { ...prober, lateAfterMs: 50 } }],
    ['profile: demo to gate', {}, { profile: 'gate' }],
    ['limit of node-failure.outage: 60 s to 20 s', { limits: { 'node-failure': { outage: 60_000 } } }, { limits: { 'node-failure': { outage: 20_000 } } }],
    ['limit of live-migration.lost: 100 to 5', { limits: { 'live-migration': { lost: 100 } } }, { limits: { 'live-migration': { lost: 5 } } }],
  ])('%s', (clause, before, after) => {
    const runs = [...around(10_000, 10), ...around(14_000, 8)].map((truth, night) => judgedRun('prod-a', night, [judgedScenario([truth])], night < 10 ? before : after));
    expect(changes(runs)[0]?.alongside).toEqual([clause]);
  });
});

test('which version judged is told of every run, and explains a change as the one that measured does', () => {
  const runs = nights([...around(10_000, 10), ...around(14_000, 8)]).map((run, night) => judgedByTool(run, night < 10 ? null : 'ha-acceptance 9.9.9'));
  const history = historyOf(runs, options);
  expect(historySchema.parse(history)).toEqual(history);
  expect(history.runs.map(({ derivedBy }) => derivedBy)).toEqual(runs.map(({ verdicts }) => verdicts.derivedBy));
  expect(history.series[0]?.changes[0]?.alongside).toEqual(['judged by: a version that is not recorded to ha-acceptance 9.9.9']);
  expect(documentMarkdown(historyDocument(history))).toMatch(/synthetic \(measured\), ha-acceptance 9\.9\.9 \(judged\) \|.*synthetic \(measured; which version judged is not recorded\) \|/s);
});

test('a run that never came back is a point without an end and no part of a calculation', () => {
  const runs = [...nights(around(10_000, 13)), judgedRun('prod-a', 20, [judgedScenario([0], {}, { lo: 60_000, hi: null })])];
  const [series] = historyOf(runs, options).series;
  expect(series?.points.at(-1)).toMatchObject({ lo: 60_000, hi: null });
  expect(series?.changes).toEqual([]);
});

test('each trend says how often was sampled', () => {
  const drawn = (measurement: Partial<Measurement>): string[] => historyDocument(historyOf([judgedRun('prod-a', 1, [judgedScenario([1000], {}, measurement)]), judgedRun('prod-a', 2, [judgedScenario([1000], {}, { ...measurement, period: measurement.period === null ? null : 100 })])], options)).blocks.flatMap((block) => ('chart' in block ? [block.chart.svg] : []));
  expect(drawn({})).toEqual([expect.stringContaining('; sampled every 10 and 100 ms;')]);
  expect(drawn({ period: null })).toEqual([expect.stringContaining('; not sampled;')]);
});

test('each chart says so where the runs were simulated, and none where they were real', () => {
  const stamped = (simulatedUntil: number): boolean[] => chartsOf(historyDocument(historyOf(around(10_000, 8).map((truth, index) => judgedRun('prod-a', index, [judgedScenario([truth])], { simulated: index < simulatedUntil })), options))).map(({ svg }) => svg.includes('>simulated cluster</text>'));
  expect(stamped(8)).toEqual([true]);
  expect(stamped(2)).toEqual([false]);
  expect(stamped(0)).toEqual([false]);
});

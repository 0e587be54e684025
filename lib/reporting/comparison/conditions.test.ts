import { describe, expect, test } from 'vitest';
import { syntheticDescription } from '../../record/testing.ts';
import { documentMarkdown } from '../document.ts';
import type { JudgedRun } from '../judged-run.ts';
import { around, judgedByTool, judgedRun, judgedScenario, madeUpOptions } from '../testing/judged.ts';
import { compare } from './compare.ts';
import { comparisonDocument } from './comparison-document.ts';
import type { Comparison } from './comparison-schema.ts';
import { sidesOf } from './side.ts';

const machine = { image: 'sha256:aa', vcpus: 2, memory: '2GiB', nic: 'virtio', load: 'idle' };
type Change = NonNullable<Parameters<typeof judgedRun>[3]>;
const guest = (image: string | undefined): Change => ({ environmentFile: { comparison: { profile: 'defaults' }, guests: [{ name: 'web', machine: image === undefined ? { ...machine, image: undefined } : { ...machine, image } }] } });
const host = (name: string): Change => ({ ...guest('sha256:aa'), host: { ...syntheticDescription().host, name } });

/** Six invented runs, each described by its number. */
const side = (environment: string, described: (index: number) => Change): JudgedRun[] => around(13_000, 6).map((truth, index) => judgedRun(environment, index, [judgedScenario([truth])], described(index)));
const compared = (described: (index: number) => Change, others = described): Comparison => compare(sidesOf([...side('pve', described), ...side('hyperv', others)], []), { ...madeUpOptions, margins: { '*': 3000 } });
const conditionOf = ({ conditions }: Comparison, what: string): Comparison['conditions'][number] | undefined => conditions.find((condition) => condition.what === what);

describe('what is mixed within a side is equal to nothing', () => {
  test('a guest of two images on both sides is not compared', () => {
    const comparison = compared((index) => guest(index % 2 === 0 ? 'sha256:aa' : 'sha256:bb'), (index) => guest(index < 5 ? 'sha256:aa' : 'sha256:bb'));
    expect(comparison.cells[0]?.pairs[0]).toMatchObject({ word: 'not-comparable', because: 'guest web is not the same in all runs of pve: its image is sha256:aa, sha256:bb' });
    expect(conditionOf(comparison, 'image of guest web')).toMatchObject({ equal: false, mixed: true });
    expect(comparison.reservations).toEqual(['image of guest web is not the same: sha256:aa, sha256:bb (pve), sha256:aa, sha256:bb (hyperv)']);
  });

  test('nor one that only some runs of a side declare', () => {
    const comparison = compared(() => guest('sha256:aa'), (index) => guest(index < 2 ? undefined : 'sha256:aa'));
    expect(comparison.cells[0]?.pairs[0]).toMatchObject({ word: 'not-comparable', because: 'guest web is not the same in all runs of hyperv: its image is sha256:aa, not known in 2 of 6 runs' });
    expect(comparison.reservations).toEqual(['image of guest web is not the same: sha256:aa (pve), sha256:aa, not known in 2 of 6 runs (hyperv)']);
  });

  test('two prober hosts on each side are a reservation, though they are the same two', () => {
    const comparison = compared((index) => host(index < 3 ? 'prober-a' : 'prober-b'));
    expect(conditionOf(comparison, 'prober host')).toEqual({ kind: 'must-be-equal', what: 'prober host', values: ['prober-a, prober-b', 'prober-a, prober-b'], equal: false, mixed: true });
    expect(comparison.reservations).toEqual(['prober host is not the same: prober-a, prober-b (pve), prober-a, prober-b (hyperv)']);
    expect(comparison.cells[0]?.pairs[0]?.word).toBe('equivalent');
  });

  test('what is the same in all runs of both is equal', () => {
    const comparison = compared(() => host('prober-a'));
    expect(comparison.reservations).toEqual([]);
    expect(conditionOf(comparison, 'prober host')).toMatchObject({ equal: true, mixed: false });
  });
});

describe('limits', () => {
  const judgedBy = (environment: string, limits: readonly number[]): JudgedRun[] => limits.map((limit, index) => judgedRun(environment, index, [judgedScenario([10_000], {}, { limit, verdict: limit < 10_000 ? 'fail' : 'pass' })], guest('sha256:aa')));
  const by = (limits: readonly number[], others: readonly number[]): Comparison => compare(sidesOf([...judgedBy('pve', limits), ...judgedBy('hyperv', others)], []), madeUpOptions);

  test('verdicts that were given by other limits are said first, and the limits at the table of verdicts', () => {
    const comparison = by([300_000, 300_000], [5000, 5000]);
    expect(comparison.reservations).toEqual(['limit of node-failure: outage is not the same: 300 s (pve), 5000 ms (hyperv): its verdicts cannot be held against each other, only its figures']);
    expect(documentMarkdown(comparisonDocument(comparison))).toMatch(/## Verdicts by row.*These limits are not the same everywhere.*\| node-failure: outage \| 300 s \| 5000 ms \|.*## Measurements side by side/s);
  });

  test('that changed within a side are not the same either', () => {
    expect(by([300_000, 5000], [300_000, 5000]).reservations).toEqual([expect.stringContaining('300 s, 5000 ms (pve), 300 s, 5000 ms (hyperv)')]);
  });

  test('that are the same everywhere are an equal condition', () => {
    const comparison = by([5000, 5000], [5000]);
    expect(comparison.reservations).toEqual([]);
    expect(conditionOf(comparison, 'limit of node-failure: outage')).toMatchObject({ kind: 'limit', equal: true });
  });
});

describe('which version of the tool judged', () => {
  const judged = (first: string | null, second: (index: number) => string | null): Comparison => compare(sidesOf([...side('pve', () => host('prober-a')).map((run) => judgedByTool(run, first)), ...side('hyperv', () => host('prober-a')).map((run, index) => judgedByTool(run, second(index)))], []), { ...madeUpOptions, margins: { '*': 3000 } });
  const reservation = (first: string, second: string): string => `version of the tool that judged is not the same: ${first} (pve), ${second} (hyperv): they may judge otherwise; "report" of all these runs makes one version judge them`;

  test('is a condition like others: where two did, that is said before any figure', () => {
    const comparison = judged('ha-acceptance 1.0.0', () => 'ha-acceptance 2.0.0');
    expect(comparison.reservations).toEqual([reservation('ha-acceptance 1.0.0', 'ha-acceptance 2.0.0')]);
    expect(comparison.sides.map(({ runs }) => runs[0]?.derivedBy)).toEqual(['ha-acceptance 1.0.0', 'ha-acceptance 2.0.0']);
    expect(documentMarkdown(comparisonDocument(comparison))).toMatch(/Unequal or unknown conditions.*\| version of the tool that judged \| ha-acceptance 1\.0\.0 \| ha-acceptance 2\.0\.0 \|.*\| ha-acceptance 0\.0\.0-synthetic \(measured\), ha-acceptance 2\.0\.0 \(judged\) \|/s);
  });

  test('and where two did within a side', () => {
    expect(judged('ha-acceptance 1.0.0', (index) => `ha-acceptance ${index < 2 ? 1 : 2}.0.0`).reservations).toEqual([reservation('ha-acceptance 1.0.0', 'ha-acceptance 1.0.0, ha-acceptance 2.0.0')]);
  });

  test('one that did not say is another than one that did', () => {
    expect(judged(null, () => 'ha-acceptance 2.0.0').reservations).toEqual([reservation('one that did not say', 'ha-acceptance 2.0.0')]);
  });

  test('where none did, it is not known', () => {
    const comparison = judged(null, () => null);
    expect(comparison.reservations).toEqual([]);
    expect(documentMarkdown(comparisonDocument(comparison))).toContain('| version of the tool that judged | not known | not known |');
  });

  test('the same one is an equal condition', () => {
    const comparison = judged('ha-acceptance 2.0.0', () => 'ha-acceptance 2.0.0');
    expect(comparison.reservations).toEqual([]);
    expect(conditionOf(comparison, 'version of the tool that judged')).toMatchObject({ kind: 'must-be-equal', equal: true });
  });
});

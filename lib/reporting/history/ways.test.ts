import { describe, expect, test } from 'vitest';
import type { JudgedRun } from '../judged-run.ts';
import { chartsOf, documentMarkdown } from '../document.ts';
import { judgedRun, judgedScenario } from '../testing/judged.ts';
import { historyDocument } from './history-document.ts';
import { historySchema } from './history-schema.ts';
import { lookBack, randomFrom } from './testing.ts';

const moves = [['n1', 'n2'], ['n2', 'n1'], ['n1', 'n3'], ['n3', 'n1'], ['n2', 'n3'], ['n3', 'n2']] as const;

/** Nights of live migrations over all ways, each with an outage of this true length. */
function nights(count: number, truthOf: (way: { from: string; to: string; night: number }) => number, seed = 7): JudgedRun[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, night) => {
    const scenario = judgedScenario(moves.map(([from, to]) => truthOf({ from, to, night }) * (0.95 + 0.1 * random())), { row: 'live-migration' });
    return judgedRun('prod-a', night, [{ ...scenario, measurements: scenario.measurements.map((one, index) => ({ ...one, from: moves[index]?.[0] ?? null, to: moves[index]?.[1] ?? null })) }]);
  });
}

describe('of several moves of a run', () => {
  const history = lookBack(nights(24, ({ to, night }) => (to === 'n3' && night >= 12 ? 1850 : 300)));

  test('those that changed are named, which the median of all does not show', () => {
    expect(historySchema.parse(history)).toEqual(history);
    expect(history.regressions).toBe(2);
    expect(history.series.flatMap(({ changes }) => changes.map(({ sentence }) => sentence))).toEqual([
      expect.stringMatching(/^live-migration of web \(worker\): outage by icmp, n1 to n3: longer by 15\d\d ms since run 20260113T020000Z-made/),
      expect.stringMatching(/^live-migration of web \(worker\): outage by icmp, n2 to n3: longer by 15\d\d ms since run 20260113T020000Z-made/),
    ]);
  });

  test('the median of all is the first series, and only what changed otherwise has a chart besides', () => {
    expect(history.series.map(({ way }) => (way === null ? 'all' : `${way.from} to ${way.to}`))).toEqual(['all', 'n1 to n2', 'n2 to n1', 'n1 to n3', 'n3 to n1', 'n2 to n3', 'n3 to n2']);
    const document = historyDocument(history);
    expect(chartsOf(document).map(({ title }) => title.replace(/^.*: /, ''))).toEqual(['outage by icmp, n1 to n3', 'outage by icmp, n2 to n3', 'outage by icmp, each move']);
    expect(documentMarkdown(document)).not.toContain('n3 to n1');
  });

  test('a whisker of several figures is said to hold their median, one of a single figure that figure', () => {
    const [one, , all] = chartsOf(historyDocument(history)).map(({ svg }) => svg);
    expect(all).toContain('a dot a run, the median of its figures, whiskers: within which that median lies;');
    expect(one).toContain('a dot a run, whiskers: within which its figure lies;');
  });

  test('a change of all of them is told once', () => {
    const all = lookBack(nights(24, ({ night }) => (night >= 12 ? 900 : 300)));
    expect(all.regressions).toBe(1);
    expect(all.series.map(({ changes }) => changes.length)).toEqual([1, 0, 0, 0, 0, 0, 0]);
  });

  test('one that changed much more than all of them is told by itself', () => {
    const one = lookBack(nights(24, ({ from, to, night }) => (night < 12 ? 300 : from === 'n1' && to === 'n3' ? 9000 : 900)));
    expect(one.series.filter(({ changes }) => changes.length > 0).map(({ way }) => way)).toEqual([null, { from: 'n1', to: 'n3' }]);
  });
});

test('moves that never change raise no more false alarms than other measurements', () => {
  const alarms = Array.from({ length: 40 }, (_, seed) => lookBack(nights(18, () => 300, 1000 + seed * 7919)).regressions).filter((regressions) => regressions > 0).length;
  expect(alarms).toBeLessThanOrEqual(4);
});

test('a single move is no series beside itself', () => {
  const { series } = lookBack([judgedRun('prod-a', 0, [judgedScenario([300], { row: 'live-migration' }, { from: 'n1', to: 'n2' })])]);
  expect(series.map(({ way }) => way)).toEqual([null]);
});

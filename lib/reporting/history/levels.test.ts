import { describe, expect, test } from 'vitest';
import { around } from '../testing/judged.ts';
import { historyDocument } from './history-document.ts';
import { historySchema } from './history-schema.ts';
import type { History } from './history-schema.ts';
import { lookBack, nightsOf } from './testing.ts';

const levels = (...of: readonly (readonly [number, number])[]): number[] => of.flatMap(([middle, count]) => around(middle, count));
const look = (...of: readonly (readonly [number, number])[]): History => lookBack(nightsOf(levels(...of)));

describe('a regression that is taken back in part', () => {
  const history = look([38_000, 12], [58_000, 12], [48_000, 12]);
  const [series] = history.series;

  test('still stands, against the best level before', () => {
    expect(historySchema.parse(history)).toEqual(history);
    expect(history.headline).toBe('prod-a: 1 regression, 1 improvement, 0 known, over 36 runs');
    expect(series?.standing).toMatchObject({ run: '20260113T020000Z-made', known: null });
    expect(series?.standing?.shift.estimate).toBeGreaterThan(9000);
    expect(series?.standing?.shift.estimate).toBeLessThan(11_000);
    expect(series?.standing?.sentence).toMatch(/^node-failure of web \(worker\): outage by icmp: still longer by (?:9|10)(?:\.\d+)? s than before run 20260113T020000Z-made \(median 37\.\d+ s then, 4\d(?:\.\d+)? s since run 2026012\dT020000Z-made, which took it back in part; 12 and 1\d runs\)/);
    expect(historyDocument(history).blocks).toContainEqual({ list: [series?.standing?.sentence] });
  });

  test('is told with each change between the levels next to it', () => {
    expect(series?.changes.map(({ medians }) => Object.values(medians).map((value) => Math.round(value / 1000)))).toEqual([[38, 58], [58, 48]]);
    expect(series?.changes[0]?.sentence).toMatch(/longer by (?:19|20|21)(?:\.\d+)? s since run 20260113T020000Z-made/);
  });

  test('is none any more where the issue of its row is known', () => {
    const known = lookBack(nightsOf(levels([38_000, 12], [58_000, 12], [48_000, 12])), { issues: [{ row: 'node-failure', reason: 'slow fencing card', until: '2026-03-01' }] });
    expect(known.regressions).toBe(0);
    expect(known.series[0]?.standing?.sentence).toContain('; known until 2026-03-01: slow fencing card.');
  });

  test.each<[string, [number, number][]]>([
    ['is taken back wholly', [[38_000, 12], [58_000, 12], [38_000, 12]]],
    ['is followed by something better than ever', [[38_000, 12], [58_000, 12], [30_000, 12]]],
    ['is the latest change itself', [[38_000, 12], [30_000, 12], [48_000, 12]]],
  ])('is not told where it %s', (_, of) => {
    expect(look(...of).series[0]?.standing).toBeNull();
  });
});

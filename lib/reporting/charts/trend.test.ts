import { XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { renderTrend } from './trend.ts';
import type { TrendOptions } from './trend.ts';

const points = [300, 310, 305, 500, 510].map((middle, index) => ({ run: `r${index}`, at: `2026-01-0${index + 1}T02:00:00.000Z`, lo: middle - 10, hi: middle + 10 }));
const draw = (change: Partial<TrendOptions> = {}): string => renderTrend({ title: 'outage <b>', description: 'a dot a run', points, changes: [], limit: null, ...change });

/** Heights of the dots, px from above, in the order of the runs. */
const heights = (svg: string): number[] => [...(/aria-label="dot"[^>]*>(.*?)<\/g>/s.exec(svg)?.[1] ?? '').matchAll(/cy="([\d.]+)"/g)].map(([, y]) => Number(y));

test('has a dot a run, higher where it is longer, with units and moments', () => {
  const svg = draw();
  expect(XMLValidator.validate(svg)).toBe(true);
  const [first = 0, second = 0, , fourth = 0] = heights(svg);
  expect(heights(svg)).toHaveLength(5);
  expect(second).toBeLessThan(first);
  expect(fourth).toBeLessThan(second);
  for (const text of ['milliseconds', '01-01 02:00', 'outage &lt;b&gt;', 'r3, 2026-01-04T02:00:00.000Z: 490-510 ms']) expect(svg).toContain(text);
});

test('a change is named where it began', () => {
  expect(draw({ changes: [{ run: 'r3', label: '+200 ms since r3', medians: { before: 305, after: 505 } }] })).toContain('+200 ms since r3');
});

test('the limit is drawn where it is near and said where it is far', () => {
  expect(draw({ limit: 600 })).toContain('>limit 600 ms<');
  const far = draw({ limit: 60_000 });
  expect(far).not.toContain('>limit');
  expect(far).toContain('the limit, 60 s, lies far above');
});

test('a run without an end is an arrow and no dot; one run alone can be drawn', () => {
  const svg = draw({ points: [...points, { run: 'r5', at: '2026-01-06T02:00:00.000Z', lo: 900, hi: null }] });
  expect(heights(svg)).toHaveLength(5);
  expect(svg).toContain('▲');
  expect(heights(draw({ points: points.slice(0, 1) }))).toHaveLength(1);
});

describe('labels of changes', () => {
  const many = Array.from({ length: 36 }, (_, index) => ({ run: `r${index}`, at: '2026-01-01T02:00:00.000Z', lo: 300, hi: 320 }));
  const medians = { before: 300, after: 310 };
  /** Each label with the row it stands in and from where to where it reaches, px. */
  const labels = (at: readonly number[]): { text: string; row: number; from: number; to: number }[] => {
    const svg = draw({ points: many, changes: at.map((index) => ({ run: `r${index}`, label: `-10.16 s since 20260101T020000Z-made, r${index}`, medians })) });
    return [...svg.matchAll(/<g[^>]*text-anchor="(start|end)"[^>]*transform="translate\(([-\d.]+),([-\d.]+)\)"[^>]*>\s*<text[^>]*transform="translate\(([-\d.]+),([-\d.]+)\)"[^>]*>(-10[^<]*)</g)].map(([, anchor, dx, dy, x, y, text = '']) => {
      const [end, width] = [Number(dx) + Number(x), text.length * 6.2];
      return { text, row: Number(dy) + Number(y), ...(anchor === 'start' ? { from: end, to: end + width } : { from: end - width, to: end }) };
    });
  };

  test.each([[[12, 24]], [[6, 12, 18]], [[6, 18, 30]], [[18, 24, 30]], [[24, 30]], [[6, 30]]])('of runs %j never overprint each other and stay in the chart', (at) => {
    const placed = labels(at);
    expect(placed).toHaveLength(at.length);
    for (const [index, one] of placed.entries()) {
      expect(one.from).toBeGreaterThanOrEqual(0);
      expect(one.to).toBeLessThanOrEqual(1000);
      for (const other of placed.slice(index + 1)) expect(one.row !== other.row || one.to <= other.from || other.to <= one.from).toBe(true);
    }
  });

  test('are as many as are said to find no room', () => {
    const at = [6, 12, 18, 24, 30];
    const crowded = draw({ points: many, changes: at.map((index) => ({ run: `r${index}`, label: `r${index} ${'x'.repeat(110)}`, medians })) });
    const drawn = at.filter((index) => crowded.includes(`>r${index} x`)).length;
    expect(drawn).toBeLessThan(at.length);
    expect(crowded).toContain(`; ${at.length - drawn} of the changes found no room for ${at.length - drawn === 1 ? 'its label' : 'their labels'}`);
  });
});

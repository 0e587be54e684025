import { array, assert, integer, property, record, string } from 'fast-check';
import { expect, test } from 'vitest';
import { labelWidth, staggerLabels } from './label-rows.ts';

const widthPx = 900;

test('no label overlaps another, stands on the line of another, or leaves the chart', () => {
  const label = record({ x: integer({ min: 0, max: widthPx }), text: string({ minLength: 1, maxLength: 25 }) });
  assert(property(array(label, { maxLength: 20 }), (labels) => {
    const placed = staggerLabels(labels, { widthPx, rows: 8 }).map((one) => {
      const width = labelWidth(one.text);
      return { ...one, from: one.anchor === 'start' ? one.x : one.x - width, to: one.anchor === 'start' ? one.x + width : one.x };
    });
    for (const [index, one] of placed.entries()) {
      expect(one.to).toBeLessThanOrEqual(widthPx);
      for (const other of placed.slice(index + 1)) {
        if (one.row === other.row) expect(one.to <= other.from || other.to <= one.from).toBe(true);
        const [lower, higher] = one.row < other.row ? [one, other] : [other, one];
        if (one.row !== other.row) expect(higher.x > lower.from && higher.x < lower.to).toBe(false);
      }
    }
  }));
});

test('phases that follow each other closely go up in steps', () => {
  const placed = staggerLabels([{ x: 120, text: 'running' }, { x: 110, text: 'placed' }, { x: 100, text: 'fenced' }], { widthPx, rows: 8 });
  expect(placed.map(({ text, row }) => [text, row])).toEqual([['running', 0], ['placed', 1], ['fenced', 2]]);
});

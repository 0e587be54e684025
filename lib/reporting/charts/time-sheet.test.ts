import { XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { svgElement } from './svg-document.ts';
import { timeSheet } from './time-sheet.ts';
import { innerWidth, marginLeft, marginRight, width } from './timeline-layout.ts';

test('what is drawn stands at its time, and never beyond the axis', () => {
  const at: number[] = [];
  timeSheet({ origin: 'fault', span: { x1: -10, x2: 40 }, title: 'a', description: 'b', contentHeight: 100, draw: (_, toX) => {
    at.push(...[-10, 0, 40, -500, 500].map(toX));
    return [];
  } });
  expect(at).toEqual([marginLeft, marginLeft + innerWidth / 5, width - marginRight, marginLeft, width - marginRight]);
});

test.each([['fault', 'seconds since the fault was injected'], ['start', 'seconds since the scenario began']] as const)('the axis says since when, for the origin %s, below a heading of one line', (origin, label) => {
  const svg = timeSheet({ origin, span: { x1: 0, x2: 1 }, title: 'two\nlines <b>', description: 'said', contentHeight: 100, draw: (document) => [svgElement(document, 'text', {}, 'drawn')] });
  expect(XMLValidator.validate(svg)).toBe(true);
  for (const text of [label, 'two lines &lt;b&gt;', 'said', 'drawn']) expect(svg).toContain(`>${text}<`);
});

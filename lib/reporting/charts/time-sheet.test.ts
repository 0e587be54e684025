import { XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { svgElement } from './svg-document.ts';
import { pointsOf } from './testing.ts';
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

test('the values of the axis stand at their times, with a tick above each', () => {
  const svg = timeSheet({ origin: 'start', span: { x1: 0, x2: 50 }, title: 'a', description: 'b', contentHeight: 100, draw: () => [] });
  const values = [...svg.matchAll(/<text x="([\d.]+)" y="117">([^<]*)</g)].map(([, x, text]) => [Number(x), text]);
  expect(values).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50].map((seconds) => [Math.round((marginLeft + innerWidth * seconds / 50) * 100) / 100, String(seconds)]));
  const [ticks = ''] = [...svg.matchAll(/<path d="([^"]*)"/g)].map(([, d = '']) => d);
  expect(pointsOf(ticks).filter(([, y]) => y === 100).map(([x]) => Math.round(x))).toEqual(values.map(([x]) => Math.round(Number(x))));
});

test.each([['fault', 'seconds since the fault was injected'], ['start', 'seconds since the scenario began']] as const)('the axis says since when, for the origin %s, below a heading of one line', (origin, label) => {
  const svg = timeSheet({ origin, span: { x1: 0, x2: 1 }, title: 'two\nlines <b>', description: 'said', contentHeight: 100, draw: (document) => [svgElement(document, 'text', {}, 'drawn')] });
  expect(XMLValidator.validate(svg)).toBe(true);
  for (const text of [label, 'two lines &lt;b&gt;', 'said', 'drawn']) expect(svg).toContain(`>${text}<`);
});

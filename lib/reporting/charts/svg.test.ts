import { expect, test } from 'vitest';
import { chartDocument, svgElement } from './svg-document.ts';
import { svgSheet } from './svg.ts';

function sheet(title: string, description: string): { svg: string; height: number; panelY: number } {
  const document = chartDocument();
  const svg = svgSheet({ document, width: 1000, height: 100, title, description, panels: [{ element: svgElement(document, 'g', {}), y: 44 }] });
  return { svg, height: Number(/ height="(\d+)"/.exec(svg)?.[1]), panelY: Number(/<g y="(\d+)"/.exec(svg)?.[1]) };
}

test('a heading that is longer than the sheet is wide goes on below, and moves the panels down', () => {
  expect(sheet('outage', 'sampled every 10 ms')).toMatchObject({ height: 100, panelY: 44 });
  const long = sheet('outage '.repeat(20).trim(), 'sampled every 10 ms; '.repeat(10).trim());
  expect(long).toMatchObject({ height: 100 + 17 + 14, panelY: 44 + 17 + 14 });
  const lines = [...long.svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text = '']) => text);
  expect(lines).toHaveLength(4);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(155);
});

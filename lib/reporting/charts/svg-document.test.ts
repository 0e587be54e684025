import * as Plot from '@observablehq/plot';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { hostileGuest } from '../testing/synthetic-run.ts';
import { chartDocument, svgElement } from './svg-document.ts';

test('what the plotting library draws is whole as XML: axes, dots, texts, titles, lines and areas', () => {
  const document = chartDocument();
  const points = [{ x: 1, y: 2, name: 'a' }, { x: 2, y: 8, name: hostileGuest }];
  const element = Plot.plot({
    document,
    x: { domain: [0, 3], label: 'seconds', grid: true },
    y: { type: 'log', domain: [1, 10] },
    marks: [Plot.areaY(points, { x: 'x', y1: 1, y2: 'y' }), Plot.lineY(points, { x: 'x', y: 'y' }), Plot.dot(points, { x: 'x', y: 'y', title: 'name' }), Plot.text(points, { x: 'x', y: 'y', text: 'name' }), Plot.frame()],
  });
  const svg = String(element.outerHTML);
  expect(XMLValidator.validate(svg)).toBe(true);
  expect(svg.match(/<circle/g)).toHaveLength(2);
  expect(svg).toContain('rm -rf / #&lt;script&gt;alert(1)&lt;/script&gt;</title>');
  expect(svg).not.toContain('<script');
  expect(svg).toMatch(/aria-label="x-axis label"[^>]*><text[^>]*>seconds/);
  expect(svg).not.toMatch(/\d\.\d{3,}/);
});

test('an attribute keeps what it says, whatever stands in it, and a text may be replaced', () => {
  const document = chartDocument();
  const element = svgElement(document, 'text', { title: hostileGuest, x: 1.23456, transform: 'translate(1.23456,2)' }, 'first');
  element.textContent = 'a < b & c';
  element.style.setProperty('font-weight', 600);
  Object.assign(element.style, { fontSize: '11px' });
  const read = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '', htmlEntities: true }).parse(element.outerHTML) as Record<'text', Record<string, string>>;
  expect(read.text).toEqual({ title: hostileGuest, x: '1.23', transform: 'translate(1.23,2)', style: 'font-weight:600;font-size:11px', '#text': 'a < b & c' });
});

test('children stand where they were put, and in one place only', () => {
  const document = chartDocument();
  const [first, second, third] = ['first', 'second', 'third'].map((name) => svgElement(document, name, {}));
  const group = svgElement(document, 'g', {});
  if (first === undefined || second === undefined || third === undefined) throw new Error('three were made');
  group.append(first, third);
  group.insertBefore(second, third);
  svgElement(document, 'g', {}).append(first);
  expect(group.outerHTML).toBe('<g><second/><third/></g>');
});

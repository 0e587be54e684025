import { expect, test } from 'vitest';
import { chartsOf, documentHtml, documentMarkdown } from './document.ts';
import type { Document } from './document.ts';

const svg = '<?xml version="1.0"?>\n<svg aria-labelledby="chart-title chart-description"><title id="chart-title">t</title><desc id="chart-description">d</desc></svg>\n';
const hostile = '<script>alert(1)</script> | *x*';
const document: Document = {
  title: `Title ${hostile}`,
  blocks: [
    { heading: hostile }, { text: hostile }, { warning: hostile }, { list: [hostile] }, { table: { head: [hostile], rows: [[hostile]] } }, { command: 'a  b' },
    { chart: { name: 'one.svg', title: 'One', svg } }, { chart: { name: 'two.svg', title: 'Two', svg } }, { table: { head: ['empty'], rows: [] } }, { list: [] },
  ],
};

test('as HTML it is one file without script or address, and nothing from outside is markup', () => {
  const html = documentHtml(document);
  expect(html).not.toContain('<script');
  expect(html).not.toMatch(/(?:src|href)=/);
  expect(html).not.toContain('<?xml');
  expect(html.match(/&lt;script&gt;/g)?.length).toBe(8);
  expect(html).toContain("default-src 'none'");
  expect(html).not.toContain('empty');
});

test('charts in it keep their accessible titles apart', () => {
  const ids = [...documentHtml(document).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(ids).toHaveLength(4);
  expect(new Set(ids).size).toBe(4);
});

test('as Markdown it names the charts as files, and nothing from outside is markup', () => {
  const text = documentMarkdown(document);
  expect(text).toMatch(/^# Title &lt;script&gt;/);
  expect(text).not.toContain('<script');
  expect(text).not.toMatch(/[^\\]\*x/);
  expect(text).toContain('![One](charts/one.svg)');
  expect(chartsOf(document).map(({ name }) => name)).toEqual(['one.svg', 'two.svg']);
});

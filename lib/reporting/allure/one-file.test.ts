import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { putIntoOneFile } from './one-file.ts';

let root = '';
let target = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'one-file-'));
  target = join(root, 'index.html');
});
afterEach(() => rmSync(root, { recursive: true }));

const mark = '<script async>\n  window.allureReportDataReady = true;\n</script>';
const foreign = '<script async src="https://example.com/tag.js?id=1"></script>';
const page = `<head><link rel="stylesheet" href="main-1f.css"></head><body>é<script defer src="app-0a.js"></script>${foreign}<script>const tag = '<script>';</script>${mark}</body>${foreign}`;

/** A report in a folder, as the generator makes one. */
function report(files: Record<string, string>): string {
  const folder = join(root, 'report');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('program, styles and all data are in the one file, what others would load is not, and the rest stays as it was', () => {
  putIntoOneFile(report({ 'index.html': page, 'app-0a.js': 'run("ü")', 'main-1f.css': 'p {}', 'data/test-results/a.json': '{"a":"ü"}', 'data/attachments/x<.csv': 'one', 'widgets/default/tree.json': '{}', 'summary.json': '{}' }), target);
  expect(readFileSync(target, 'utf8')).toBe(`<head><script>window.allureReportData = {};</script><link rel="stylesheet" href="data:text/css;base64,${base64('p {}')}"></head><body>é<script defer src="data:text/javascript;base64,${base64('run("ü")')}"></script><script>const tag = '<script>';</script><script>
${[['data/attachments/x\\u003C.csv', 'one'], ['data/test-results/a.json', '{"a":"ü"}'], ['widgets/default/tree.json', '{}']].map(([name, text = '']) => `allureReportData["${name}"] = "${base64(text)}";\n`).join('')}window.allureReportDataReady = true;
</script></body>`);
});

test('the place of the data is there before the program, which looks for it once and would ask the network otherwise', () => {
  putIntoOneFile(report({ 'index.html': page, 'app-0a.js': 'run()', 'main-1f.css': '' }), target);
  const html = readFileSync(target, 'utf8');
  expect(html.indexOf('window.allureReportData = {}')).toBeGreaterThan(0);
  expect(html.indexOf('window.allureReportData = {}')).toBeLessThan(html.indexOf('text/javascript'));
});

test('a report of many pieces is written whole', () => {
  const pieces = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`data/attachments/${index}.log`, String(index).repeat(60_000)]));
  putIntoOneFile(report({ 'index.html': page, 'app-0a.js': '', 'main-1f.css': '', ...pieces }), target);
  const found = new Map([...readFileSync(target, 'utf8').matchAll(/allureReportData\["([^"]+)"\] = "([^"]*)"/g)].map(([, name = '', data = '']) => [name, Buffer.from(data, 'base64').toString('utf8')]));
  expect(Object.fromEntries(found)).toEqual(pieces);
});

test.each([
  ['without the place of the data', page.replace(mark, '')],
  ['without its program', page.replace('src="app-0a.js"', '')],
  ['without a head', page.replace('<head>', '')],
])('a page %s is refused, and nothing is left of the attempt', (_what, html) => {
  writeFileSync(target, 'as before');
  expect(() => putIntoOneFile(report({ 'index.html': html, 'app-0a.js': '', 'main-1f.css': '' }), target)).toThrow('is not what this version puts into one file');
  expect(readFileSync(target, 'utf8')).toBe('as before');
  expect(readdirSync(root).toSorted()).toEqual(['index.html', 'report']);
});

import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { beginOneFile } from './one-file.ts';

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

/** Tells of the files of a report as the generator does, below the name of its plugin. */
async function putIntoOneFile(files: Record<string, string>): Promise<void> {
  const scratch = join(root, 'scratch');
  mkdirSync(scratch);
  const report = beginOneFile(target, scratch);
  for (const [name, text] of Object.entries(files)) await report.addFile(`awesome/${name}`, Buffer.from(text));
  report.finish();
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('program, styles and all data are in the one file, what others would load is not, and the rest stays as it was', async () => {
  await putIntoOneFile({ 'data/attachments/x<.csv': 'one', 'data/test-results/a.json': '{"a":"ü"}', 'widgets/default/tree.json': '{}', 'app-0a.js': 'run("ü")', 'main-1f.css': 'p {}', 'index.html': page, 'summary.json': '{}' });
  expect(readFileSync(target, 'utf8')).toBe(`<head><script>window.allureReportData = {};</script><link rel="stylesheet" href="data:text/css;base64,${base64('p {}')}"></head><body>é<script defer src="data:text/javascript;base64,${base64('run("ü")')}"></script><script>const tag = '<script>';</script><script>
${[['data/attachments/x\\u003C.csv', 'one'], ['data/test-results/a.json', '{"a":"ü"}'], ['widgets/default/tree.json', '{}']].map(([name, text = '']) => `allureReportData["${name}"] = "${base64(text)}";\n`).join('')}window.allureReportDataReady = true;
</script></body>`);
});

test('the place of the data is there before the program, which looks for it once and would ask the network otherwise', async () => {
  await putIntoOneFile({ 'index.html': page, 'app-0a.js': 'run()', 'main-1f.css': '' });
  const html = readFileSync(target, 'utf8');
  expect(html.indexOf('window.allureReportData = {}')).toBeGreaterThan(0);
  expect(html.indexOf('window.allureReportData = {}')).toBeLessThan(html.indexOf('text/javascript'));
});

test('a report of many pieces is written whole', async () => {
  const pieces = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`data/attachments/${index}.log`, String(index).repeat(60_000)]));
  await putIntoOneFile({ ...pieces, 'index.html': page, 'app-0a.js': '', 'main-1f.css': '' });
  const found = new Map([...readFileSync(target, 'utf8').matchAll(/allureReportData\["([^"]+)"\] = "([^"]*)"/g)].map(([, name = '', data = '']) => [name, Buffer.from(data, 'base64').toString('utf8')]));
  expect(Object.fromEntries(found)).toEqual(pieces);
});

test.each([
  ['without the place of the data', page.replace(mark, '')],
  ['without its program', page.replace('src="app-0a.js"', '')],
  ['without a head', page.replace('<head>', '')],
  ['that is not there', ''],
])('a page %s is refused, and nothing is left of the attempt beside it', async (_what, html) => {
  writeFileSync(target, 'as before');
  await expect(putIntoOneFile({ 'index.html': html, 'app-0a.js': '', 'main-1f.css': '' })).rejects.toThrow('is not what this version puts into one file');
  expect(readFileSync(target, 'utf8')).toBe('as before');
  expect(readdirSync(root).toSorted()).toEqual(['index.html', 'scratch']);
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { generateReport } from './allure-report.ts';

let folder = '';
let config = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'allure-report-'));
  mkdirSync(join(folder, 'results'));
  writeFileSync(join(folder, 'results', 'a-result.json'), JSON.stringify({ uuid: 'a', name: 'the only one', fullName: 'the only one', status: 'passed', stage: 'finished', start: 1, stop: 2 }));
  config = join(folder, 'allurerc.json');
  writeFileSync(config, JSON.stringify({ name: 'made up', output: join(folder, 'report'), plugins: { awesome: { options: { singleFile: true } } } }));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a report that does not fit into the memory it was given is made without a bound', async () => {
  await generateReport(config, folder, [join(folder, 'results')], folder, 4);
  expect(readFileSync(join(folder, 'report', 'index.html'), 'utf8')).toContain('allureReportData');
});

test('a report that cannot be made says so, with what the generator said', async () => {
  writeFileSync(config, '{');
  await expect(generateReport(config, folder, [join(folder, 'results')], folder)).rejects.toThrow(/Allure report could not be made:.*Its output: .+/s);
});

import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { generateReport } from './allure-report.ts';

let folder = '';
let target = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'allure-report-'));
  target = join(folder, 'report', 'index.html');
  mkdirSync(join(folder, 'results'));
  writeFileSync(join(folder, 'results', 'a-result.json'), JSON.stringify({ uuid: 'a', name: 'the only one', fullName: 'the only one', status: 'passed', stage: 'finished', start: 1, stop: 2 }));
});
afterEach(() => rmSync(folder, { recursive: true }));

const generation = (config: (output: string) => string): Omit<Parameters<typeof generateReport>[0], 'heapMb'> => ({
  configure: (scratch, output) => {
    const file = join(scratch, 'allurerc.json');
    writeFileSync(file, config(output));
    return file;
  },
  results: [join(folder, 'results')],
  target,
});

test('a report that does not fit into the memory it was given is made without a bound', async () => {
  await generateReport({ ...generation((output) => JSON.stringify({ name: 'made up', output, plugins: { awesome: { options: {} } } })), heapMb: 4 });
  const report = readFileSync(target, 'utf8');
  const [, data = ''] = /allureReportData\["data\/test-results\/[^"]+"\] = "([^"]+)"/.exec(report) ?? [];
  expect(JSON.parse(Buffer.from(data, 'base64').toString('utf8'))).toMatchObject({ name: 'the only one' });
  expect(readdirSync(join(folder, 'report'))).toEqual(['index.html']);
});

test('a report that cannot be made says so, with what the generator said', async () => {
  await expect(generateReport(generation(() => '{'))).rejects.toThrow(/Allure report could not be made:.*Its output: .+/s);
});

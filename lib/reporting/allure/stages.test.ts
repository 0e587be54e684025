import { mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ReportPlan } from './report-plan.ts';
import { generateReport } from './stages.ts';

let folder = '';
let plan: ReportPlan;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'report-process-'));
  plan = { name: 'made up', title: 'a title', variables: { Cluster: 'made up' }, groupBy: ['epic'], worlds: [], historyOf: null, results: [join(folder, 'results')], target: join(folder, 'report', 'index.html') };
  mkdirSync(join(folder, 'results'));
  mkdirSync(join(folder, 'temporary'));
  vi.stubEnv('TMPDIR', join(folder, 'temporary'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Writes a result with an attachment. */
function result(id: string): string[] {
  const attachment = `${id}-attachment.log`;
  const of = { uuid: id, name: `test ${id}`, fullName: id, status: 'passed', stage: 'finished', start: 1, stop: 2, attachments: [{ name: 'log', source: attachment, type: 'text/plain' }] };
  writeFileSync(join(folder, 'results', attachment), `of ${id}`);
  writeFileSync(join(folder, 'results', `${id}-result.json`), JSON.stringify(of));
  return [attachment, `${id}-result.json`].map((name) => join(folder, 'results', name));
}

/** The data of the report that begin with a path. */
function dataOf(path: string): string[] {
  const report = readFileSync(plan.target, 'utf8');
  return [...report.matchAll(/allureReportData\["([^"]+)"\] = "([^"]*)"/g)].flatMap(([, name = '', data = '']) => (name.startsWith(path) ? [Buffer.from(data, 'base64').toString('utf8')] : []));
}
const namesOf = (): string[] => dataOf('data/test-results/').map((text) => (JSON.parse(text) as { name: string }).name).toSorted();

test('a report of folders holds their tests and attachments, one file and nothing beside it', async () => {
  result('a');
  result('b');
  await generateReport(plan);
  expect(namesOf()).toEqual(['test a', 'test b']);
  expect(dataOf('data/attachments/').toSorted()).toEqual(['of a', 'of b']);
  expect(dataOf('widgets/variables.json').map((text) => JSON.parse(text) as unknown)).toEqual([{ Cluster: 'made up' }]);
  expect(readdirSync(join(folder, 'report'))).toEqual(['index.html']);
  expect(readdirSync(join(folder, 'temporary'))).toEqual([]);
});

test.each([[false, ['currentStatus']], [true, ['currentStatus', 'statusDynamics']]])('only charts are in it that are true of our verdicts (with a history: %j)', async (hasHistory, types) => {
  result('a');
  await generateReport({ ...plan, historyOf: hasHistory ? { folder: join(folder, 'lab', 'run'), environment: 'lab' } : null });
  const [charts = '{}'] = dataOf('widgets/charts.json');
  expect(Object.values((JSON.parse(charts) as { general: Record<string, { type: string }> }).general).map(({ type }) => type)).toEqual(types);
});

test.each([[false, [undefined]], [true, ['new']]])('with a history (%j) that does not know a test it is called %j', async (hasHistory, called) => {
  result('a');
  await generateReport({ ...plan, historyOf: hasHistory ? { folder: join(folder, 'lab', 'run'), environment: 'lab' } : null });
  expect(dataOf('data/test-results/').map((text) => (JSON.parse(text) as { transition?: string }).transition)).toEqual(called);
});

test('a report of several folders holds what lies in each', async () => {
  result('a');
  mkdirSync(join(folder, 'others'));
  for (const path of result('b')) renameSync(path, join(folder, 'others', basename(path)));
  await generateReport({ ...plan, results: [join(folder, 'results'), join(folder, 'others')] });
  expect(namesOf()).toEqual(['test a', 'test b']);
});

test('a report that cannot be made says so, with what the generator said, and leaves nothing', async () => {
  writeFileSync(join(folder, 'report'), 'in the way');
  await expect(generateReport(plan)).rejects.toThrow(/Allure report could not be made:.*Its output: .*EEXIST/s);
  expect(readdirSync(join(folder, 'temporary'))).toEqual([]);
});

test('evidence that cannot be read makes no report without it', async () => {
  const [attachment = ''] = result('a');
  rmSync(attachment);
  mkdirSync(attachment);
  await expect(generateReport(plan)).rejects.toThrow(/Its output: .*EISDIR/s);
});

test('a result that cannot be read makes no report without it', async () => {
  const [, file = ''] = result('a');
  result('b');
  writeFileSync(file, '{"uuid": "a"');
  await expect(generateReport(plan)).rejects.toThrow('Of 2 results 1 could be read.');
});

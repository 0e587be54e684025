/**
 * A process of its own: makes one report with Allure's generator, and puts it into its one file piece by piece as the generator makes it:
 * no piece is a file.
 * Argument: the folder of the plan. Exits with 0 when the report is there.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AllureReport } from '@allurereport/core';
import AwesomePlugin from '@allurereport/plugin-awesome';
import { PathResultFile } from '@allurereport/reader-api';
import { earlierRuns } from './earlier-runs.ts';
import { beginOneFile } from './one-file.ts';
import { readReportPlan } from './report-plan.ts';

/** A file of results, which is there. Allure's own reads it by a stream, which takes ten times as long. */
class WholeResultFile extends PathResultFile {
  override async asBuffer(): Promise<Buffer> {
    return readFileSync(this.path);
  }

  override async asUtf8String(): Promise<string> {
    return readFileSync(this.path, 'utf8');
  }

  override async asJson<T>(): Promise<T> {
    return JSON.parse(readFileSync(this.path, 'utf8')) as T;
  }
}

/** What Allure gathers tests under that did not pass: our verdicts, not its guesses. */
const categories = [
  { name: 'Failed: the cluster did not do what it must', matchers: { labels: { verdict: 'fail' } } },
  { name: 'Inconclusive: we cannot tell', matchers: { labels: { verdict: 'inconclusive' } } },
  { name: 'Blocked: a precondition did not hold', matchers: { labels: { verdict: 'blocked' } } },
  { name: 'Not applicable: the platform lacks it', matchers: { labels: { verdict: 'not-applicable' } } },
  { name: 'Not shown: the tests of a run are not in this report', matchers: { labels: { verdict: 'not-shown' } } },
];
type Charts = NonNullable<NonNullable<ConstructorParameters<typeof AwesomePlugin>[0]>['charts']>;

/** Only what is true of five verdicts: Allure's other charts take what does not apply for unsuccessful, or count what nobody measures here. */
const chartsOf = (hasHistory: boolean): Charts => [{ type: 'currentStatus', title: 'Current status' }, ...(hasHistory ? [{ type: 'statusDynamics', title: 'Status dynamics' }] : [])] as Charts;
const hideLabels = ['framework', 'story', 'parentSuite', 'suite', 'subSuite', '_fallbackTestCaseId'];

const [folder = ''] = process.argv.slice(2);
const { name, title, variables, groupBy, worlds, historyOf, results: folders, target } = readReportPlan(folder);
const reportFiles = beginOneFile(target, folder);
let historyPath: { historyPath?: string } = {};
if (historyOf !== null) {
  historyPath = { historyPath: join(folder, 'history.jsonl') };
  writeFileSync(join(folder, 'history.jsonl'), earlierRuns(historyOf.folder, historyOf.environment));
}
/** What the report can be switched to, as the generator takes it. */
type World = NonNullable<ConstructorParameters<typeof AllureReport>[0]['environments']>[string];

const options = { reportName: title, reportLanguage: 'en', groupBy, charts: chartsOf(historyOf !== null) };
const report = new AllureReport({
  name,
  open: false,
  port: undefined,
  // Nothing is written there.
  output: join(folder, 'report'),
  reportFiles,
  variables,
  environments: Object.fromEntries([
    ...worlds.map(({ name: world, labels: wanted }, index): [string, World] => [`environment-${index + 1}`, { name: world, matcher: ({ labels }) => Object.entries(wanted).every(([label, value]) => labels.some((own) => own.name === label && own.value === value)) }]),
    // Allure has this one in any case: the evidence of whole runs is no test's.
    ...(worlds.length === 0 ? [] : [['default', { name: 'evidence of the runs', matcher: () => false }] satisfies [string, World]]),
  ]),
  ...historyPath,
  appendHistory: false,
  hideLabels,
  categories,
  plugins: [{ id: 'awesome', enabled: true, options, plugin: new AwesomePlugin(options) }],
});
await report.start();
let results = 0;
for (const from of folders) {
  for (const file of readdirSync(from)) {
    if (file.endsWith('-result.json')) results += 1;
    await report.readResult(new WholeResultFile(join(from, file)));
  }
}
// What cannot be read is left out by the generator, in silence.
const taken = (await report.store.allTestResults({ includeRetries: true })).length;
if (taken !== results) throw new Error(`Of ${results} results ${taken} could be read.`);
await report.done();
mkdirSync(dirname(target), { recursive: true });
reportFiles.finish();

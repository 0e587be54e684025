import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { AllureConfig } from 'allure';
import { writeAtomically } from '../../record/atomic-file.ts';
import { quoteEnd } from '../../record/scrub.ts';
import type { Derivation } from '../derive.ts';
import { oneLine } from '../plain-text.ts';
import { verdictWords } from '../words.ts';
import { earlierRuns } from './earlier-runs.ts';
import { withoutForeignScripts } from './foreign-scripts.ts';
import { writeReplayPlan } from './replay-plan.ts';
import { scenarioTests } from './scenario-test.ts';
import type { ScenarioFile } from './scenario-test.ts';

const execFileAsync = promisify(execFile);

/** A thousand scenarios take about 10 s; a machine that is overloaded tenfold still gets its report, ms. */
const partTimeoutMs = 300_000;

/** Runs a Node program to its end with the Node that runs us. Throws with its output when it fails. */
async function runNode(nodeOptions: readonly string[], script: string, args: readonly string[], cwd: string): Promise<void> {
  // A test runner that we may be started by, and its hints, are none of the child's business.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|ALLURE|NODE_OPTIONS)/.test(name)));
  try {
    await execFileAsync(process.execPath, [...nodeOptions, script, ...args], { cwd, env, timeout: partTimeoutMs, maxBuffer: 64 * 2 ** 20 });
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    throw new Error(`The Allure report could not be made: ${script} failed. Its output: ${quoteEnd(`${stdout}\n${stderr}`.trim(), 2000) || message}. The record is whole; try again with "ha-acceptance report".`, { cause: error });
  }
}

/** Bytes of the files of folders, not of those below. */
function sizeOf(folders: readonly string[]): number {
  return folders.flatMap((folder) => readdirSync(folder).map((name) => statSync(join(folder, name)).size)).reduce((sum, size) => sum + size, 0);
}

/**
 * The heap within which the generator is made to tidy up in time, MB, by the MB of results: of 17 (1000 scenarios) it needs about 130, and
 * without a bound lets it grow to twice that.
 */
const heapOf = (resultsMb: number): number => Math.round(100 + 5 * resultsMb);

/**
 * Runs Allure's generator over folders of results, within bounds of memory; should they turn out too narrow for these results, once more
 * without.
 *
 * @param heapMb for the generator's heap, MB.
 * @throws Error with the output of the generator when it failed.
 */
export async function generateReport(config: string, folder: string, results: readonly string[], cwd: string, heapMb = heapOf(sizeOf(results) / 2 ** 20)): Promise<void> {
  const generator = fileURLToPath(new URL('../cli.js', import.meta.resolve('allure')));
  const args = ['generate', '--config', config, '--cwd', folder, ...results];
  await runNode(['--max-semi-space-size=2', `--max-old-space-size=${heapMb}`], generator, args, cwd).catch(async () => runNode([], generator, args, cwd));
}

/** What Allure gathers tests under that did not pass: our verdicts, not its guesses. */
export const categories: NonNullable<AllureConfig['categories']> = [
  { name: 'Failed: the cluster did not do what it must', matchers: { labels: { verdict: 'fail' } } },
  { name: 'Inconclusive: we cannot tell', matchers: { labels: { verdict: 'inconclusive' } } },
  { name: 'Blocked: a precondition did not hold', matchers: { labels: { verdict: 'blocked' } } },
  { name: 'Not applicable: the platform lacks it', matchers: { labels: { verdict: 'not-applicable' } } },
];

function configOf({ run, verdicts, limitsFrom }: Derivation, folder: string, historyPath: string): AllureConfig {
  const { description } = run;
  const versions = Object.entries(description.cluster?.versions ?? {}).map(([name, version]) => [`Version of ${name}`, version]);
  return {
    name: oneLine(`${description.environment}: ${verdictWords[verdicts.verdict].word}, run ${description.run}`),
    output: join(folder, 'allure-report'),
    historyPath,
    appendHistory: false,
    hideLabels: ['framework', 'story', 'parentSuite', 'suite', 'subSuite', '_fallbackTestCaseId'],
    variables: Object.fromEntries(
      [
        ['Environment', description.environment],
        ['Cluster', description.cluster?.name ?? 'never answered'],
        ['Platform', description.platform],
        ...versions,
        ['Verdict', verdictWords[verdicts.verdict].word],
        ['Record', run.incomplete ?? 'complete'],
        ['Simulated', description.simulated ? 'yes' : 'no'],
        ['Profile', description.profile ?? 'none'],
        ['Limits', limitsFrom],
        ['Run', description.run],
        ['Tool', description.tool],
      ].map(([name, value]) => [oneLine(name ?? ''), oneLine(value ?? '')]),
    ),
    categories,
    plugins: { awesome: { options: { singleFile: true, reportName: oneLine(`${description.environment}: ${verdictWords[verdicts.verdict].word}`), reportLanguage: 'en', groupBy: ['epic', 'feature'] } } },
  };
}

/**
 * Writes `allure-results/` (by replaying the record through vitest and allure-vitest) and from it `allure-report/index.html`, one file
 * that opens from disk. Both folders are emptied before. Needs no network. Returns the path of the report.
 *
 * @param files charts and tables of each scenario, by its id.
 * @param folder where both are made, usually the run's own.
 * @throws Error with the output of the tool that failed.
 */
export async function writeAllureReport(derivation: Derivation, files: ReadonlyMap<string, readonly ScenarioFile[]>, folder: string): Promise<string> {
  const results = join(folder, 'allure-results');
  const report = join(folder, 'allure-report', 'index.html');
  const scratch = mkdtempSync(join(tmpdir(), 'ha-acceptance-allure-'));
  try {
    for (const old of [results, dirname(report)]) rmSync(old, { recursive: true, force: true });
    mkdirSync(results);
    // Without a test vitest has nothing to do, and says that this is an error.
    if (writeReplayPlan(scratch, scenarioTests(derivation, files)) > 0) await runNode([], fileURLToPath(new URL('./replay.ts', import.meta.url)), [scratch, results], scratch);
    const history = join(scratch, 'history.jsonl');
    writeFileSync(history, earlierRuns(derivation.run.folder, derivation.run.description));
    const config = join(scratch, 'allurerc.json');
    writeFileSync(config, JSON.stringify(configOf(derivation, folder, history)));
    await generateReport(config, folder, [results], scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  if (!existsSync(report)) throw new Error(`The Allure report could not be made: ${report} is missing; there is ${readdirSync(dirname(report)).join(', ') || 'nothing'}.`);
  writeAtomically(report, withoutForeignScripts(readFileSync(report)));
  return report;
}

import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AllureConfig } from 'allure';
import type { Derivation, DerivedScenario } from '../derive.ts';
import { oneLine } from '../plain-text.ts';
import { verdictWords } from '../words.ts';
import { earlierRuns } from './earlier-runs.ts';
import { putIntoOneFile } from './one-file.ts';
import { startReplay } from './replay-process.ts';
import type { Replay } from './replay-process.ts';
import { startNode } from './run-node.ts';
import { messagesOf, runMessages, testOf } from './scenario-test.ts';
import type { DrawnFile } from './scenario-test.ts';

/** Bytes of the files of folders, not of those below. */
function sizeOf(folders: readonly string[]): number {
  return folders.flatMap((folder) => readdirSync(folder).map((name) => statSync(join(folder, name)).size)).reduce((sum, size) => sum + size, 0);
}

/**
 * The heap within which the generator is made to tidy up in time, MB, by the MB of results: of 17 (1000 scenarios) it needs about 75, and
 * without a bound lets it grow to three times that.
 */
const heapOf = (resultsMb: number): number => Math.round(100 + 5 * resultsMb);

export interface Generation {
  /** Writes the configuration, which says that the report goes into a folder, and answers with its path. */
  configure: (scratch: string, output: string) => string;
  /** Folders of results. */
  results: readonly string[];
  /** The report, one file; its folder is made. */
  target: string;
  /** For the generator's heap, MB. */
  heapMb?: number;
}

/**
 * Runs Allure's generator over folders of results, within bounds of memory; should they turn out too narrow for these results, once more
 * without.
 *
 * @throws Error with the output of the generator when it failed.
 */
export async function generateReport({ configure, results, target, heapMb = heapOf(sizeOf(results) / 2 ** 20) }: Generation): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'ha-acceptance-allure-'));
  try {
    const output = join(scratch, 'report');
    const generator = fileURLToPath(new URL('../cli.js', import.meta.resolve('allure')));
    const args = ['generate', '--config', configure(scratch, output), '--cwd', scratch, ...results];
    const program = startNode(['--max-semi-space-size=2', `--max-old-space-size=${heapMb}`], generator, args, scratch);
    await program.ended.catch(async () => startNode([], generator, args, scratch).ended);
    mkdirSync(dirname(target), { recursive: true });
    putIntoOneFile(output, target);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What Allure gathers tests under that did not pass: our verdicts, not its guesses. */
export const categories: NonNullable<AllureConfig['categories']> = [
  { name: 'Failed: the cluster did not do what it must', matchers: { labels: { verdict: 'fail' } } },
  { name: 'Inconclusive: we cannot tell', matchers: { labels: { verdict: 'inconclusive' } } },
  { name: 'Blocked: a precondition did not hold', matchers: { labels: { verdict: 'blocked' } } },
  { name: 'Not applicable: the platform lacks it', matchers: { labels: { verdict: 'not-applicable' } } },
];

function configOf({ run, verdicts, limitsFrom }: Derivation, output: string, historyPath: string): AllureConfig {
  const { description } = run;
  const says = `${description.environment}${description.simulated ? ' (SIMULATED cluster)' : ''}: ${verdictWords[verdicts.verdict].word}`;
  const versions = Object.entries(description.cluster?.versions ?? {}).map(([name, version]) => [`Version of ${name}`, version]);
  return {
    name: oneLine(`${says}, run ${description.run}`),
    output,
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
    plugins: { awesome: { options: { reportName: oneLine(says), reportLanguage: 'en', groupBy: ['epic', 'feature'] } } },
  };
}

/** Generates the report of a run from its results. @throws Error with the output of the generator when it failed. */
async function generateFrom(results: string, derivation: Derivation, folder: string): Promise<string> {
  const target = join(folder, 'allure-report', 'index.html');
  const configure = (scratch: string, output: string): string => {
    const [config, history] = [join(scratch, 'allurerc.json'), join(scratch, 'history.jsonl')];
    writeFileSync(history, earlierRuns(derivation.run.folder, derivation.run.description));
    writeFileSync(config, JSON.stringify(configOf(derivation, output, history)));
    return config;
  };
  await generateReport({ configure, results: [results], target });
  return target;
}

/** The Allure report of a run while it is made. What goes wrong on the way is told at its end, and keeps nothing else from being made. */
export interface AllureReport {
  /** Says what the scenarios are; each of them must follow, in this order. */
  begin(derivation: Derivation): void;
  /** Takes one scenario with its charts and tables. */
  add(scenario: DerivedScenario, files: readonly DrawnFile[]): void;
  /** Makes the report, one file that opens from disk, and answers with its path. @throws Error with the output of the tool that failed. */
  finish(): Promise<string>;
  /** Makes none, because the run could not be derived. */
  abandon(): Promise<void>;
}

/**
 * Begins `allure-results/`, which are made by replaying the record through vitest and allure-vitest, and `allure-report/index.html`, which
 * is made from them. Both folders are emptied. To be called before the run is derived: what replays takes about as long to start as that.
 * Needs no network.
 *
 * @param folder where both are made, usually the run's own.
 */
export function beginAllureReport(folder: string): AllureReport {
  const results = join(folder, 'allure-results');
  let [replay, begun, failure]: [Replay | null, Derivation | null, Error | null] = [null, null, null];
  // Allure takes what belongs to the whole run from any test's messages.
  let ofRun: ReturnType<typeof runMessages> = [];
  const attempt = (part: () => void): void => {
    try {
      if (failure === null) part();
    } catch (error) {
      failure = error as Error;
    }
  };
  const abandon = async (): Promise<void> => replay?.abandon();
  attempt(() => (replay = startReplay(results)));
  return {
    begin: (derivation) => attempt(() => {
      for (const old of [results, join(folder, 'allure-report')]) rmSync(old, { recursive: true, force: true });
      mkdirSync(results);
      [begun, ofRun] = [derivation, runMessages(derivation)];
      replay?.begin(derivation.scenarios.map((scenario) => testOf(derivation, scenario)));
    }),
    add: (scenario, files) => attempt(() => {
      if (begun === null) return;
      replay?.tell([...messagesOf(begun, scenario, files), ...ofRun]);
      ofRun = [];
    }),
    async finish() {
      if (failure !== null) await abandon();
      if (failure !== null || begun === null) throw failure ?? new Error('The Allure report was not begun.');
      await replay?.end();
      return generateFrom(results, begun, folder);
    },
    abandon,
  };
}

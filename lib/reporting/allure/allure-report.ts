import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Derivation, DerivedScenario } from '../derive.ts';
import { oneLine } from '../plain-text.ts';
import { verdictWords } from '../words.ts';
import { startReplay } from './replay-process.ts';
import type { Replay } from './replay-process.ts';
import type { ReportPlan } from './report-plan.ts';
import { startGeneration } from './report-process.ts';
import type { Generation } from './report-process.ts';
import { messagesOf, runMessages, testOf } from './scenario-test.ts';
import type { DrawnFile } from './scenario-test.ts';

function planOf({ run, verdicts, limitsFrom }: Derivation, target: string): ReportPlan {
  const { description } = run;
  const says = `${description.environment}${description.simulated ? ' (SIMULATED cluster)' : ''}: ${verdictWords[verdicts.verdict].word}`;
  const versions = Object.entries(description.cluster?.versions ?? {}).map(([name, version]) => [`Version of ${name}`, version]);
  return {
    name: oneLine(`${says}, run ${description.run}`),
    title: oneLine(says),
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
    groupBy: ['epic', 'feature'],
    worlds: [],
    historyOf: { folder: run.folder, environment: description.environment },
    target,
  };
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
 * is made from them while they are written. Both folders are emptied. To be called before the run is derived: the processes that make
 * them take about as long to start as that. Needs no network.
 *
 * @param folder where both are made, usually the run's own.
 */
export function beginAllureReport(folder: string): AllureReport {
  const [results, target] = [join(folder, 'allure-results'), join(folder, 'allure-report', 'index.html')];
  let [generation, replay]: [Generation | null, Replay | null] = [null, null];
  let [begun, failure]: [Derivation | null, Error | null] = [null, null];
  // Allure takes what belongs to the whole run from any test's messages.
  let ofRun: ReturnType<typeof runMessages> = [];
  const attempt = (part: () => void): void => {
    try {
      if (failure === null) part();
    } catch (error) {
      failure = error as Error;
    }
  };
  const abandon = async (): Promise<void> => {
    await replay?.abandon();
    await generation?.abandon();
  };
  attempt(() => {
    generation = startGeneration();
    replay = startReplay({ results, drawn: join(folder, 'charts'), list: generation.folder });
  });
  return {
    begin: (derivation) => attempt(() => {
      for (const old of [results, dirname(target)]) rmSync(old, { recursive: true, force: true });
      mkdirSync(results);
      [begun, ofRun] = [derivation, runMessages(derivation)];
      generation?.begin(planOf(derivation, target));
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
      try {
        await replay?.end();
      } catch (error) {
        await generation?.abandon();
        throw error;
      }
      await generation?.end();
      return target;
    },
    abandon,
  };
}

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Derivation, DerivedScenario } from '../derive.ts';
import { oneLine } from '../plain-text.ts';
import { sayTool, verdictWords } from '../words.ts';
import { openMessages, writeReplayIndex } from './replay-plan.ts';
import type { MessagesWriter } from './replay-plan.ts';
import { writeReportPlan } from './report-plan.ts';
import type { ReportPlan } from './report-plan.ts';
import { messagesOf, runMessages, testOf } from './scenario-test.ts';
import type { DrawnFile } from './scenario-test.ts';
import { allureReportOf, resultsName } from './stages.ts';
import { standInOfRun, writeStandIns } from './stand-ins.ts';

function planOf({ run, verdicts, limitsFrom }: Derivation, folder: string, stage: string): ReportPlan {
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
        ['Tool', sayTool(verdicts)],
      ].map(([name, value]) => [oneLine(name ?? ''), oneLine(value ?? '')]),
    ),
    groupBy: ['epic', 'feature'],
    worlds: [],
    historyOf: { folder: run.folder, environment: description.environment },
    // Beside its own results, which are one a scenario: a report over many runs counts them.
    results: [join(folder, resultsName), writeStandIns(standInOfRun(verdicts), stage)],
    target: allureReportOf(folder),
  };
}

/** What the Allure report of a run is made of, while it is written down. What goes wrong on the way is told at its end, and keeps nothing else from being made. */
export interface PlannedReport {
  /** Takes one scenario with its charts and tables: the next, in the order of the derivation. */
  add(scenario: DerivedScenario, files: readonly DrawnFile[]): void;
  /** Returns why there is no plan, or null when there is one. Nothing may follow. */
  finish(): string | null;
}

/**
 * Begins the plan of a run's Allure report in a folder of its own, from which `finishAllureReport` makes it.
 *
 * @param folder where results and report go, usually the run's own; there is none of them yet (`removeAllureReport`).
 */
export function planAllureReport(stage: string, folder: string, derivation: Derivation): PlannedReport {
  let failure: Error | null = null;
  let messages: MessagesWriter | null = null;
  // Allure takes what belongs to the whole run from any test's messages.
  let ofRun: ReturnType<typeof runMessages> = [];
  const attempt = (part: () => void): void => {
    try {
      if (failure === null) part();
    } catch (error) {
      failure = error as Error;
    }
  };
  attempt(() => {
    ofRun = runMessages(derivation);
    mkdirSync(join(folder, resultsName));
    writeReportPlan(stage, planOf(derivation, folder, stage));
    writeReplayIndex(stage, derivation.scenarios.map((scenario) => testOf(derivation, scenario)));
    messages = openMessages(stage);
  });
  return {
    add: (scenario, files) => attempt(() => {
      messages?.append([...messagesOf(derivation, scenario, files), ...ofRun]);
      ofRun = [];
    }),
    finish() {
      messages?.close();
      return failure?.message ?? null;
    },
  };
}

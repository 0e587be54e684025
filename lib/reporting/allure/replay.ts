/**
 * A process of its own: replays the scenarios of a record as vitest tests, so that allure-vitest writes their results. What a scenario
 * tells Allure is read when its result is written and forgotten behind it.
 * Arguments: the folder of the plan, the folder for the results, and that of the charts and tables. Exits with 0 when each scenario has
 * its result, with its status, and all files are written.
 */
import { fileURLToPath } from 'node:url';
import type { TestResult } from 'allure-js-commons';
import { Stage } from 'allure-js-commons';
import type { RuntimeMessage } from 'allure-js-commons/sdk';
import type { Writer } from 'allure-js-commons/sdk/reporter';
import AllureReporter from 'allure-vitest/reporter';
import type { RunnerTask } from 'vitest';
import { startVitest } from 'vitest/node';
import { messagesIn, readReplayIndex } from './replay-plan.ts';
import type { ReplayTest } from './replay-plan.ts';
import { quickWriter } from './results-writer.ts';

declare module 'vitest' {
  interface ProvidedContext {
    replayed: Pick<ReplayTest, 'id' | 'status' | 'message'>[];
  }
}

const [folder = '', resultsDir = '', drawn = ''] = process.argv.slice(2);
const tests = readReplayIndex(folder);
const messages = messagesIn(folder);
const plan = new Map(tests.map((test) => [test.id, test]));
const waiting = [...plan.keys()];

const replayed = new Set<string>();
/** What could not be written; allure-vitest says nothing of it. */
const unwritten: string[] = [];

/** Labels of the process that replays; they say nothing about the run. */
const foreignLabels = new Set(['package', 'thread', 'host', 'language']);

/** Puts what was recorded in the place of what the replay itself took. */
function asRecorded(result: TestResult): void {
  const id = result.labels.find(({ name }) => name === 'scenario')?.value;
  const recorded = plan.get(id ?? '');
  if (recorded === undefined || recorded.status !== String(result.status)) return;
  replayed.add(recorded.id);
  result.start = recorded.start;
  result.stop = recorded.stop;
  result.fullName = recorded.id;
  result.titlePath = recorded.titlePath;
  result.stage = Stage.FINISHED;
  result.statusDetails = recorded.status === 'passed' ? {} : { message: recorded.message };
  result.labels = result.labels.filter(({ name }) => !foreignLabels.has(name));
}

const reporter = new AllureReporter({ resultsDir, reportMatchers: false, listeners: [{ beforeTestResultWrite: asRecorded }] });
const onInit = reporter.onInit.bind(reporter);
reporter.onInit = (vitest: Parameters<typeof onInit>[0]) => {
  onInit(vitest);
  const { allureReporterRuntime } = reporter as unknown as { allureReporterRuntime?: { writer: Writer } };
  if (allureReporterRuntime !== undefined) allureReporterRuntime.writer = quickWriter(resultsDir, drawn, ({ message }) => void unwritten.push(message));
};
const handleTask = reporter.handleTask.bind(reporter);
reporter.handleTask = (task: RunnerTask) => {
  const meta = task.meta as { allureRuntimeMessages?: RuntimeMessage[] };
  // Tests are reported in their order, which is that of the messages.
  const isNext = task.type === 'test' && task.name === waiting[0];
  if (isNext) {
    waiting.shift();
    meta.allureRuntimeMessages = messages.next().value ?? [];
  }
  handleTask(task);
  if (isNext) delete meta.allureRuntimeMessages;
};

// Without a test vitest has nothing to do, and says that this is an error.
if (tests.length > 0) {
  const vitest = await startVitest('test', [], {
    config: false,
    root: fileURLToPath(new URL('../../..', import.meta.url)),
    dir: fileURLToPath(new URL('.', import.meta.url)),
    include: ['**/replay-tests.ts'],
    provide: { replayed: tests.map(({ id, status, message }) => ({ id, status, message })) },
    watch: false,
    pool: 'threads',
    isolate: false,
    fileParallelism: false,
    maxWorkers: 1,
    reporters: [reporter],
  });
  await vitest.close();
}
const missing = [...plan.keys()].filter((id) => !replayed.has(id));
for (const reason of unwritten.slice(0, 3)) process.stderr.write(`A result or a file of it could not be written: ${reason}\n`);
if (missing.length > 0) process.stderr.write(`These scenarios were not replayed as they were recorded: ${missing.join(', ')}.\n`);
process.exit(missing.length === 0 && unwritten.length === 0 ? 0 : 1);

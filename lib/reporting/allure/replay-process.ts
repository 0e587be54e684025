import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openMessages, writeReplayIndex } from './replay-plan.ts';
import type { MessagesWriter } from './replay-plan.ts';
import { startNode } from './run-node.ts';
import type { ScenarioTest } from './scenario-test.ts';

/** The process that writes the results of a report, beside the one that draws its scenarios. */
export interface Replay {
  /** Says which tests there are; all of them must follow, in this order. */
  begin(tests: readonly Omit<ScenarioTest, 'messages'>[]): void;
  tell(messages: ScenarioTest['messages']): void;
  /** Resolves when each test has its result, and rejects with what the process printed when one has none. */
  end(): Promise<void>;
  /** Ends it without results; nothing happens behind its end. */
  abandon(): Promise<void>;
}

/**
 * Starts that process: until it is told what to do, it loads the test runner.
 *
 * @param folders.results for the results; it must be there when it begins.
 * @param folders.drawn of charts and tables.
 * @param folders.list where each file of results is listed as soon as it is there (report-plan.ts).
 */
export function startReplay({ results, drawn, list }: { results: string; drawn: string; list: string }): Replay {
  const scratch = mkdtempSync(join(tmpdir(), 'ha-acceptance-replay-'));
  const program = startNode([], fileURLToPath(new URL('./replay.ts', import.meta.url)), [scratch, results, drawn, list, String(process.pid)], scratch);
  // It may fail long before somebody asks.
  const outcome = program.ended.then(() => null, (error: Error) => error);
  let messages: MessagesWriter | null = null;
  const finish = async (): Promise<Error | null> => {
    const failure = await outcome;
    messages?.close();
    messages = null;
    rmSync(scratch, { recursive: true, force: true });
    return failure;
  };
  return {
    begin(tests) {
      messages = openMessages(scratch);
      writeReplayIndex(scratch, tests);
    },
    tell: (of) => messages?.append(of),
    async end() {
      const failure = await finish();
      if (failure !== null) throw failure;
    },
    async abandon() {
      program.kill();
      await finish();
    },
  };
}

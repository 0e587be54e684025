import { startInFolder } from './folder-program.ts';
import { openMessages, writeReplayIndex } from './replay-plan.ts';
import type { MessagesWriter } from './replay-plan.ts';
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
  let messages: MessagesWriter | null = null;
  const { folder, end, abandon } = startInFolder(new URL('./replay.ts', import.meta.url), [results, drawn, list], () => {
    messages?.close();
    messages = null;
  });
  return {
    begin(tests) {
      messages = openMessages(folder);
      writeReplayIndex(folder, tests);
    },
    tell: (of) => messages?.append(of),
    end,
    abandon,
  };
}

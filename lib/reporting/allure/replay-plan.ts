import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RuntimeMessage } from 'allure-js-commons/sdk';
import { linesOf, openLines } from './line-file.ts';
import type { ScenarioTest } from './scenario-test.ts';

/** A scenario as a test that is replayed; what it tells Allure lies in a file beside, because of thousands it would not fit into memory. */
export type ReplayTest = Omit<ScenarioTest, 'messages'>;

const indexName = 'replay.json';
const messagesName = 'replay-messages.jsonl';

/** Tells the process that replays which tests there are. @throws Error of the file system. */
export function writeReplayIndex(folder: string, tests: readonly ReplayTest[]): void {
  writeFileSync(join(folder, indexName), JSON.stringify(tests));
}

/** Where what the tests tell Allure is appended, in the order of the index, one test after the other. */
export interface MessagesWriter {
  append(messages: readonly RuntimeMessage[]): void;
  close(): void;
}

/** Begins the file of messages. @throws Error of the file system. */
export function openMessages(folder: string): MessagesWriter {
  const lines = openLines(join(folder, messagesName));
  return { append: (messages) => lines.append(JSON.stringify(messages)), close: () => lines.close() };
}

/** The tests of a folder. @throws Error when they are not there. */
export function readReplayIndex(folder: string): ReplayTest[] {
  return JSON.parse(readFileSync(join(folder, indexName), 'utf8')) as ReplayTest[];
}

/** What the tests tell Allure, one test a step, in the order of the index. @throws Error of the file system. */
export function* messagesIn(folder: string): Generator<RuntimeMessage[]> {
  for (const line of linesOf(join(folder, messagesName))) yield JSON.parse(line) as RuntimeMessage[];
}

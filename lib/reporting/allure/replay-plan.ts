import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RuntimeMessage } from 'allure-js-commons/sdk';
import { followLines, openLines, waitUntil } from './line-file.ts';
import type { ScenarioTest } from './scenario-test.ts';

/** A scenario as a test that is replayed; what it tells Allure lies in a file beside, because of thousands it would not fit into memory. */
export type ReplayTest = Omit<ScenarioTest, 'messages'>;

const indexName = 'replay.json';
const messagesName = 'replay-messages.jsonl';

/** Tells a process that follows the folder which tests there are, at once and whole. @throws Error of the file system. */
export function writeReplayIndex(folder: string, tests: readonly ReplayTest[]): void {
  const file = join(folder, indexName);
  writeFileSync(`${file}.new`, JSON.stringify(tests));
  renameSync(`${file}.new`, file);
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

/**
 * The tests of a folder, as soon as they are there: until then this process stands still.
 *
 * @param parent pid of the process that writes them, which started this one.
 * @throws Error when the parent is gone.
 */
export function awaitReplayIndex(folder: string, parent: number): ReplayTest[] {
  const file = join(folder, indexName);
  waitUntil(() => existsSync(file), parent);
  return JSON.parse(readFileSync(file, 'utf8')) as ReplayTest[];
}

/**
 * What the tests tell Allure, one test a call, in the order of the index. Where it is not there yet, this process stands still until it is.
 *
 * @param parent as above.
 * @throws Error when the parent is gone.
 */
export function followMessages(folder: string, parent: number): () => RuntimeMessage[] {
  const nextLine = followLines(join(folder, messagesName), parent);
  return () => JSON.parse(nextLine()) as RuntimeMessage[];
}

import { closeSync, existsSync, openSync, readFileSync, readSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { RuntimeMessage } from 'allure-js-commons/sdk';
import type { ScenarioTest } from './scenario-test.ts';

/** A scenario as a test that is replayed; what it tells Allure lies in a file beside, because of thousands it would not fit into memory. */
export type ReplayTest = Omit<ScenarioTest, 'messages'>;

const indexName = 'replay.json';
const messagesName = 'replay-messages.jsonl';
/** Whoever waits for the other process looks again after this time, ms. */
const lookAgainMs = 5;
const chunkBytes = 2 ** 18;
const newline = 0x0a;

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
  const fd = openSync(join(folder, messagesName), 'a');
  return {
    append: (messages) => void writeSync(fd, `${JSON.stringify(messages)}\n`),
    close: () => closeSync(fd),
  };
}

/** Lets the process stand still until something is true. @throws Error when the parent whose work it waits for is gone. */
function waitUntil(isTrue: () => boolean, parent: number): void {
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  while (!isTrue()) {
    if (process.ppid !== parent) throw new Error('The process that draws the scenarios is gone.');
    Atomics.wait(nothing, 0, 0, lookAgainMs);
  }
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
  const file = join(folder, messagesName);
  const chunk = Buffer.alloc(chunkBytes);
  let fd: number | null = null;
  /** What was read and not given out; only the last part can have the end of a line in it. */
  let parts: Buffer[] = [];
  const readMore = (): boolean => {
    if (fd === null && !existsSync(file)) return false;
    fd ??= openSync(file, 'r');
    const got = readSync(fd, chunk);
    if (got > 0) parts.push(Buffer.from(chunk.subarray(0, got)));
    return got > 0;
  };
  return () => {
    while (parts.at(-1)?.includes(newline) !== true) waitUntil(readMore, parent);
    const bytes = Buffer.concat(parts);
    const end = bytes.indexOf(newline);
    parts = [bytes.subarray(end + 1)];
    return JSON.parse(bytes.toString('utf8', 0, end)) as RuntimeMessage[];
  };
}

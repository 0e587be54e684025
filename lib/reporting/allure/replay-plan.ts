import { closeSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { RuntimeMessage } from 'allure-js-commons/sdk';
import type { ScenarioTest } from './scenario-test.ts';

/** A scenario as a test that is replayed; what it tells Allure lies in a file beside, because of thousands it would not fit into memory. */
export interface ReplayTest extends Omit<ScenarioTest, 'messages'> {
  /** Where its messages lie in the file, bytes. */
  offset: number;
  length: number;
}

const indexName = 'replay.json';
const messagesName = 'replay-messages.json';

/** Writes the tests into a folder, one after the other. Returns their number. @throws Error of the file system. */
export function writeReplayPlan(folder: string, tests: Iterable<ScenarioTest>): number {
  const index: ReplayTest[] = [];
  const fd = openSync(join(folder, messagesName), 'w');
  try {
    let offset = 0;
    for (const { messages, ...test } of tests) {
      const bytes = Buffer.from(JSON.stringify(messages));
      writeSync(fd, bytes);
      index.push({ ...test, offset, length: bytes.length });
      offset += bytes.length;
    }
  } finally {
    closeSync(fd);
  }
  writeFileSync(join(folder, indexName), JSON.stringify(index));
  return index.length;
}

/** The tests of a folder. @throws Error of the file system. */
export function readReplayPlan(folder: string): ReplayTest[] {
  return JSON.parse(readFileSync(join(folder, indexName), 'utf8')) as ReplayTest[];
}

/** What one of them tells Allure. @throws Error of the file system. */
export function readMessages(folder: string, { offset, length }: ReplayTest): RuntimeMessage[] {
  const bytes = Buffer.alloc(length);
  const fd = openSync(join(folder, messagesName), 'r');
  try {
    for (let read = 0; read < length;) {
      const got = readSync(fd, bytes, read, length - read, offset + read);
      if (got === 0) throw new Error(`${messagesName} ends before its index says`);
      read += got;
    }
  } finally {
    closeSync(fd);
  }
  return JSON.parse(bytes.toString('utf8')) as RuntimeMessage[];
}

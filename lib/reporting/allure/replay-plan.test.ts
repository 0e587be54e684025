import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuntimeMessage } from 'allure-js-commons/sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { messagesIn, openMessages, readReplayIndex, writeReplayIndex } from './replay-plan.ts';
import type { ReplayTest } from './replay-plan.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-plan-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const scenario = (id: string): ReplayTest => ({ id, name: id, titlePath: ['lab'], status: 'failed', message: 'ü', start: 1, stop: 2 });
const described = (description: string): RuntimeMessage[] => [{ type: 'metadata', data: { description } }];

test('each test finds its own messages, whatever letters and however many stand in those before it', () => {
  const tests = [scenario('one.r1'), scenario('two.r1'), scenario('three.r1')];
  const told = [described('é'.repeat(700_000)), described('short\nof two lines'), described('日本')];
  writeReplayIndex(folder, tests);
  const messages = openMessages(folder);
  for (const one of told) messages.append(one);
  messages.close();
  expect(readReplayIndex(folder)).toEqual(tests);
  expect([...messagesIn(folder)]).toEqual(told);
});

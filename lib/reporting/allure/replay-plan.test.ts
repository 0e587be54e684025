import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readMessages, readReplayPlan, writeReplayPlan } from './replay-plan.ts';
import type { ScenarioTest } from './scenario-test.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-plan-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const scenario = (id: string, description: string): ScenarioTest => ({ id, name: id, titlePath: ['lab'], status: 'failed', message: 'ü', start: 1, stop: 2, messages: [{ type: 'metadata', data: { description } }] });

test('each test finds its own messages, whatever letters stand in those before it', () => {
  const tests = [scenario('one.r1', 'é'.repeat(70_000)), scenario('two.r1', 'short'), scenario('three.r1', '日本')];
  expect(writeReplayPlan(folder, tests)).toBe(3);
  const plan = readReplayPlan(folder);
  expect(plan.map(({ offset: _offset, length: _length, ...rest }) => rest)).toEqual(tests.map(({ messages: _messages, ...rest }) => rest));
  expect(plan.map((one) => readMessages(folder, one))).toEqual(tests.map(({ messages }) => messages));
});

test('a file that is cut off is an error, and no endless reading', () => {
  writeReplayPlan(folder, [scenario('one.r1', 'text')]);
  truncateSync(join(folder, 'replay-messages.json'), 5);
  const [one] = readReplayPlan(folder);
  expect(() => one && readMessages(folder, one)).toThrow('ends before its index says');
});

import { cpSync, existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { finishRun, pruneRuns, resolveRun, runsOf } from './run-folder.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runs-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const ids = ['20261121T000001Z-aaaa', '20261121T000002Z-bbbb', '20261121T000003Z-cccc', '20261121T000004Z-dddd'] as const;

function makeRun(id: string, files = ['run.json', 'verdicts.json']): string {
  const folder = join(root, 'lab', id);
  mkdirSync(folder, { recursive: true });
  for (const file of files) writeFileSync(join(folder, file), '{}');
  return folder;
}

test('a run is found by path, by environment and id, and as the latest', () => {
  const folder = makeRun(ids[0]);
  finishRun(folder, root);
  expect(resolveRun(folder, '/nowhere')).toBe(folder);
  expect(resolveRun(`lab/${ids[0]}`, root)).toBe(folder);
  expect(resolveRun('lab/latest', root)).toBe(folder);
  expect(readlinkSync(join(root, 'lab', 'latest'))).toBe(ids[0]);
  expect(() => resolveRun('lab/nope', root)).toThrow(ids[0]);
});

test('latest never goes back to an older run, and never to one without verdicts', () => {
  const [old, unfinished, newer] = [makeRun(ids[0]), makeRun(ids[1], ['run.json']), makeRun(ids[2])];
  finishRun(newer, root);
  finishRun(old, root);
  expect(readlinkSync(join(root, 'lab', 'latest'))).toBe(ids[2]);
  expect(() => finishRun(unfinished, root)).toThrow(/no verdicts\.json/);
});

/** A run with verdicts whose record has an end. */
function endedRun(id: string): string {
  const folder = makeRun(id);
  writeFileSync(join(folder, 'events.jsonl'), '{"t":1,"wall":"","kind":"run-ended","scenario":null,"reason":"interrupted"}\n');
  return folder;
}

test('latest is the newest run whose record has an end, whichever was reported last; one without an end only where there is no other', () => {
  const latest = (): string => readlinkSync(join(root, 'lab', 'latest'));
  const killed = makeRun(ids[1]);
  finishRun(killed, root);
  expect(latest()).toBe(ids[1]);
  const older = endedRun(ids[0]);
  for (const folder of [older, killed]) {
    finishRun(folder, root);
    expect(latest()).toBe(ids[0]);
  }
  finishRun(endedRun(ids[2]), root);
  for (const folder of [older, killed, makeRun(ids[3])]) {
    finishRun(folder, root);
    expect(latest()).toBe(ids[2]);
  }
});

test('a run outside of the folder of all records, a copy of one that lies there, gets no link beside it', () => {
  const outside = mkdtempSync(join(tmpdir(), 'elsewhere-'));
  onTestFinished(() => rmSync(outside, { recursive: true }));
  endedRun(ids[0]);
  cpSync(join(root, 'lab'), join(outside, 'lab'), { recursive: true });
  finishRun(join(outside, 'lab', ids[0]), root);
  for (const beside of [outside, root]) expect(existsSync(join(beside, 'lab', 'latest'))).toBe(false);
});

test('pruning keeps the newest, what is unfinished and what is still to be undone', () => {
  makeRun(ids[0]);
  const open = makeRun(ids[1]);
  makeRun(ids[2]);
  makeRun(ids[3]);
  makeRun('20261121T000000Z-0000', ['run.json']);
  expect(pruneRuns({ root, environment: 'lab', keep: 1, hasOpenUndo: (folder) => folder === open })).toEqual([ids[0], ids[2]]);
  expect(runsOf(root, 'lab')).toEqual(['20261121T000000Z-0000', ids[1], ids[3]]);
});

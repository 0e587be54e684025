import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tellStory } from '../reporting/testing/story.ts';
import { followProgress } from './live-progress.ts';
import type { LiveProgress } from './live-progress.ts';

let root = '';
let running: LiveProgress | null = null;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'progress-'));
});
afterEach(() => {
  running?.stop();
  running = null;
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

const escape = '\u001B';
const parts = new RegExp(String.raw`${escape}\[2K|${escape}\[1A|\r|\n|[^\r\n${escape}]+|${escape}\[\d+m`, 'g');

/** What a terminal of 100 columns shows after all that was written to it; it knows the three controls that we use. */
function screenOf(written: string): string[] {
  const lines = [''];
  let row = 0;
  for (const [part] of written.matchAll(parts)) {
    if (part === '\u001B[2K') lines[row] = '';
    else if (part === '\u001B[1A') row -= 1;
    else if (part === '\n') {
      row += 1;
      lines[row] ??= '';
    } else if (part !== '\r') lines[row] += stripVTControlCharacters(part);
  }
  return lines;
}

/** Follows a story of which only the events up to the given one are there yet. */
function follow(upTo: RegExp, isTTY: boolean): { written: () => string; goOn: () => void } {
  vi.stubEnv('CI', undefined);
  const folder = tellStory(root);
  const lines = readFileSync(join(folder, 'events.jsonl'), 'utf8').trimEnd().split('\n');
  const cut = lines.findIndex((line) => upTo.test(line)) + 1;
  const eventsFile = join(root, 'growing.jsonl');
  appendFileSync(eventsFile, `${lines.slice(0, cut).join('\n')}\n`);
  let written = '';
  const out = { isTTY, columns: 100, write: (text: string) => (written += text) } as unknown as NodeJS.WriteStream;
  running = followProgress({ folder, eventsFile, expectedMs: new Map([['node-failure.web.r1', 54_000], ['live-migration.web.r1', 20_000]]), outageLimitMs: (row) => (row === 'node-failure' ? 30_000 : null) }, out);
  return { written: () => written, goOn: () => appendFileSync(eventsFile, `${lines.slice(cut).join('\n')}\n`) };
}

const lastStep = /"kind":"step-started".*The cluster starts the guest/;

test('a terminal shows scenario, step and probes below what was told, each drawn over what stood there', async () => {
  const { written, goOn } = follow(lastStep, true);
  await expect.poll(() => screenOf(written()).slice(-3).join('\n'), { timeout: 60_000 }).toMatch(/^\[\d\/\d\] node-failure\.web\.r1 {2}[\d.]+ s of about 54 s; run [\d.]+ s of about 1 min 14 s\n {2}The cluster starts the guest on another node, once; it answers and serves {2}.*\n {2}web\.icmp: [\d.]+ ms, \d+ of the last \d+ unanswered$/);
  expect(screenOf(written()).filter((line) => line.includes('of about 54'))).toHaveLength(1);
  running?.quiet();
  expect(screenOf(written()).join('\n')).not.toContain('of about 54');
  goOn();
  await expect.poll(() => screenOf(written()).join('\n'), { timeout: 60_000 }).toContain('blocked after');
  expect(screenOf(written()).join('\n')).toMatch(/mended and verified: node-power/);
});

test('without a terminal there are lines that stay, no controls, and a heartbeat that says the same while nothing happens', async () => {
  let nowMs = Math.ceil(performance.now());
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const { written } = follow(lastStep, false);
  await expect.poll(written, { timeout: 60_000 }).toContain('The cluster starts the guest');
  expect(written()).not.toContain('...  ');
  nowMs += 16_000;
  await expect.poll(written, { timeout: 60_000 }).toMatch(/ {4}\.\.\. \[\d\/\d\] node-failure\.web\.r1 {2}16 s of about 54 s; run 16 s of about 1 min 14 s; The cluster starts.*; web\.icmp: /);
  running?.quiet();
  nowMs += 16_000;
  await expect.poll(written, { timeout: 60_000 }).toMatch(/ {4}\.\.\. \[\d\/\d\] no scenario is under way; run 32 s of about 1 min 14 s\n/);
  vi.restoreAllMocks();
  for (const control of [`${escape}[1A`, `${escape}[2K`, '\r']) expect(written()).not.toContain(control);
});

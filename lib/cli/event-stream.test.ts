import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type * as z from 'zod';
import { eventSchema } from '../record/event-schema.ts';
import { readRun } from '../record/run-reader.ts';
import { registerSecret } from '../record/scrub.ts';
import type { RunEvent } from '../record/types.ts';
import { deriveVerdicts } from '../reporting/derive.ts';
import { writeAtomically } from '../record/atomic-file.ts';
import { tellStory } from '../reporting/testing/story.ts';
import { openEventStream, streamLineSchema } from './event-stream.ts';
import { cli } from './testing.ts';

/** Does not compile when a kind of event has no shape. */
const described = (event: RunEvent): z.output<typeof eventSchema> => event;

function story(): { run: string; folder: string; eventsFile: string } {
  const root = mkdtempSync(join(tmpdir(), 'stream-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const folder = tellStory(root);
  return { run: basename(folder), folder, eventsFile: join(folder, 'events.jsonl') };
}

function record(): { lines: () => Record<string, unknown>[]; out: { write(text: string): void } } {
  let text = '';
  return { lines: () => text.split('\n').slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown>), out: { write: (part) => void (text += part) } };
}

test('every event of a record has the shape that is published', () => {
  for (const event of readRun(story().folder).events) expect(eventSchema.parse(described(event))).toEqual(event);
});

test('a stream is its head, each line of the record once, and the verdicts with the exit code', async () => {
  const writer = story();
  const whole = readFileSync(writer.eventsFile, 'utf8');
  const half = Math.floor(Buffer.byteLength(whole) / 2);
  writeAtomically(writer.eventsFile, Buffer.from(whole).subarray(0, half).toString());
  const { lines, out } = record();
  const stream = openEventStream('synthetic', out);
  stream.begin(writer);
  await expect.poll(() => lines().length, { timeout: 60_000 }).toBeGreaterThan(1);
  appendFileSync(writer.eventsFile, Buffer.from(whole).subarray(half));
  const verdicts = deriveVerdicts(readRun(writer.folder));
  writeAtomically(join(writer.folder, 'verdicts.json'), JSON.stringify(verdicts));
  stream.end(1, null);
  for (const line of lines()) streamLineSchema.parse(line);
  expect(lines()[0]).toMatchObject({ kind: 'stream-started', schema: 1, environment: 'synthetic', run: writer.run, folder: writer.folder });
  expect(lines().slice(1, -1)).toEqual(whole.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown));
  expect(lines().at(-1)).toMatchObject({ kind: 'stream-ended', exitCode: 1, error: null, verdicts: { verdict: 'fail', scenarios: verdicts.scenarios.map(({ id }) => ({ id })) } });
});

test('a torn line of a full disk is left out, and a run without verdicts says so', () => {
  const writer = story();
  appendFileSync(writer.eventsFile, '{"kind":"progr\n');
  const { lines, out } = record();
  const stream = openEventStream('synthetic', out);
  stream.begin(writer);
  stream.end(70, null);
  expect(lines().at(-1)).toMatchObject({ kind: 'stream-ended', exitCode: 70, verdicts: null, error: expect.stringContaining('no verdicts') });
});

test('no secret is in it', () => {
  registerSecret('correct-horse-battery');
  const { lines, out } = record();
  openEventStream('synthetic', out).end(3, 'the login correct-horse-battery was refused');
  expect(JSON.stringify(lines())).not.toContain('correct-horse');
  expect(lines()).toHaveLength(1);
});

test('a run that cannot begin is one line on standard output, and words elsewhere', async () => {
  const { code, out } = await cli(['run', '--env', 'no-such-environment', '--json']);
  const [line, ...others] = out.split('\n').filter((text) => text.startsWith('{'));
  expect(others).toEqual([]);
  expect(streamLineSchema.parse(JSON.parse(line ?? ''))).toMatchObject({ kind: 'stream-ended', run: null, verdicts: null, exitCode: 64, error: expect.stringContaining('no-such-environment') });
  expect(code).toBe(64);
});

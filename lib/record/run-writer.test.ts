import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readDescription, readRun } from './run-reader.ts';
import { createRun, openRun } from './run-writer.ts';
import type { RunWriter } from './run-writer.ts';
import { registerSecret } from './scrub.ts';
import { syntheticDescription } from './testing.ts';
import type { RunEvent } from './types.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'record-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
  vi.restoreAllMocks();
});

function begin(): RunWriter {
  return createRun({ root, description: syntheticDescription() });
}

function note(writer: RunWriter, message: string): void {
  writer.event({ kind: 'note', scenario: null, level: 'info', message });
}

function messages(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) => (event.kind === 'note' ? [event.message] : []));
}

describe('the run writer', () => {
  test('makes a folder named after the run and stamps events from one anchor', () => {
    const writer = begin();
    expect(writer.folder).toBe(join(root, 'synthetic', writer.run));
    expect(writer.run).toMatch(/^\d{8}T\d{6}Z-[a-z0-9]{4}$/);
    const before = writer.now();
    note(writer, 'one');
    const [event] = readRun(writer.folder).events;
    expect(event?.t).toBeGreaterThanOrEqual(before);
    expect(event?.t).toBeLessThanOrEqual(writer.now());
    const { anchor } = readDescription(writer.folder);
    expect(Date.parse(event?.wall ?? '')).toBe(Math.floor(Date.parse(anchor.wall) + (event?.t ?? 0) / 1e6));
    expect(writer.sinceAnchor(Number(writer.anchorNs) + 5000)).toBeCloseTo(5000, -4);
  });

  test('another process appends to the same record with the same clock', () => {
    const writer = begin();
    note(writer, 'parent 1');
    const script = `import { openRun } from ${JSON.stringify(fileURLToPath(new URL('./run-writer.ts', import.meta.url)))};
      const writer = openRun(process.argv[1]);
      for (let i = 0; i < 200; i++) writer.event({ kind: 'note', scenario: null, level: 'info', message: 'child ' + i });`;
    execFileSync(process.execPath, ['--input-type=module', '-e', script, writer.folder]);
    note(writer, 'parent 2');
    const { events } = readRun(writer.folder);
    expect(messages(events)).toHaveLength(202);
    expect(events.map(({ t }) => t)).toEqual(events.map(({ t }) => t).toSorted((a, b) => a - b));
    expect(events).toHaveLength(202);
  });

  test('secrets do not reach the record, evidence or run.json', () => {
    registerSecret('hunter2-"quoted"');
    const description = syntheticDescription();
    const writer = createRun({ root, description: { ...description, environmentFile: { note: 'hunter2-"quoted"' } } });
    note(writer, 'token hunter2-"quoted" refused');
    writer.evidence({ scenario: null, title: 'a log', name: 'a.log', mediaType: 'text/plain', data: Buffer.from('hunter2-"quoted"') });
    const everything = ['run.json', 'events.jsonl', 'evidence/a.log'].map((file) => readFileSync(join(writer.folder, file), 'utf8')).join('\n');
    expect(everything).not.toContain('hunter2');
  });

  test('evidence gets a safe name of its own, whatever it is called', () => {
    const writer = begin();
    const hostile = { scenario: 'node-failure.web.r1', title: 'x', name: '../../"; rm -rf / #<script>.log', mediaType: 'text/plain' };
    writer.evidence({ ...hostile, data: 'one' });
    writer.evidence({ ...hostile, data: 'two' });
    const run = readRun(writer.folder);
    const files = run.events.flatMap((event) => (event.kind === 'evidence' ? [event.file] : []));
    expect(files).toEqual(['evidence/node-failure.web.r1/rm--rf-script-.log', 'evidence/node-failure.web.r1/rm--rf-script--2.log']);
    expect(files.map((file) => readFileSync(run.file(file), 'utf8'))).toEqual(['one', 'two']);
  });

  test('a full disk is told once, does not throw, and leaves a gap in the record', () => {
    const { folder } = begin();
    const eventsFile = join(folder, 'events.jsonl');
    unlinkSync(eventsFile);
    symlinkSync('/dev/full', eventsFile);
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const writer = openRun(folder);
    note(writer, 'lost 1');
    note(writer, 'lost 2');
    expect(writer.incomplete()).toContain('ENOSPC');
    expect(stderr).toHaveBeenCalledTimes(1);
  });

  test('evidence that cannot be written leaves a gap that the reader sees', () => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const writer = begin();
    rmSync(join(writer.folder, 'evidence'), { recursive: true });
    appendFileSync(join(writer.folder, 'evidence'), 'a file where the folder should be');
    writer.evidence({ scenario: null, title: 'x', name: 'x.txt', mediaType: 'text/plain', data: 'x' });
    note(writer, 'later');
    writer.event({ kind: 'run-ended', scenario: null, reason: 'completed' });
    const run = readRun(writer.folder);
    expect(run.events.map(({ kind }) => kind)).toEqual(['record-gap', 'note', 'run-ended']);
    expect(run.incomplete).toMatch(/1 event.*missing/);
  });
});

describe('the run reader', () => {
  test('a record without an end is incomplete, one that completed is not', () => {
    const writer = begin();
    expect(readRun(writer.folder).incomplete).toMatch(/no end/);
    writer.event({ kind: 'run-ended', scenario: null, reason: 'interrupted' });
    expect(readRun(writer.folder).incomplete).toMatch(/interrupted/);
    writer.event({ kind: 'run-ended', scenario: null, reason: 'completed' });
    expect(readRun(writer.folder).incomplete).toBeNull();
  });

  test('a line cut off by a crash becomes a gap, and what another process appended behind it is kept', () => {
    const writer = begin();
    note(writer, 'first');
    note(writer, 'cut off');
    const size = readFileSync(writer.eventsFile).length;
    truncateSync(writer.eventsFile, size - 20);
    expect(readRun(writer.folder).events.map(({ kind }) => kind)).toEqual(['note', 'record-gap']);
    note(writer, 'appended behind it');
    expect(messages(readRun(writer.folder).events)).toEqual(['first', 'appended behind it']);
    expect(readRun(writer.folder).incomplete).toMatch(/cannot be read/);
  });

  test('a line that was taken out is noticed, even between two writers', () => {
    const parent = begin();
    const child = openRun(parent.folder);
    for (const message of ['one', 'two', 'three']) {
      note(parent, `parent ${message}`);
      note(child, `child ${message}`);
    }
    const lines = readFileSync(parent.eventsFile, 'utf8').split('\n');
    expect(readRun(parent.folder).events).toHaveLength(6);
    writeFileSync(parent.eventsFile, lines.toSpliced(3, 1).join('\n'));
    const { events } = readRun(parent.folder);
    expect(events.map(({ kind }) => kind)).toEqual(['note', 'note', 'note', 'note', 'record-gap', 'note']);
    expect(events[4]).toMatchObject({ lost: 1, from: events[1]?.t, t: events[5]?.t });
  });

  test.each([['forward', 5], ['back', -5]])('that the wall clock was set %s is said once, and times go on by the clock that nobody sets', (where, hours) => {
    const writer = begin();
    writer.event({ kind: 'run-started', scenario: null });
    vi.useFakeTimers({ now: Date.now() + hours * 3_600_000, toFake: ['Date'] });
    for (const message of ['one', 'two']) writer.event({ kind: 'note', scenario: null, level: 'info', message });
    vi.useRealTimers();
    const { events } = readRun(writer.folder);
    expect(events.map((event) => (event.kind === 'note' ? event.message : event.kind))).toEqual(['run-started', expect.stringMatching(new RegExp(`set ${where} by 1(?:8000|7999|8001) s`)), 'one', 'two']);
    const walls = events.map(({ wall }) => Date.parse(wall));
    expect(Math.max(...walls) - Math.min(...walls)).toBeLessThan(60_000);
    expect(Math.abs(writer.wallNow() - Date.now())).toBeLessThan(60_000);
  });

  test('events of a later version are kept and do no harm', () => {
    const writer = begin();
    appendFileSync(writer.eventsFile, '{"t":1,"wall":"2026-11-21T00:00:00.000Z","kind":"solar-flare","scenario":null}\n');
    writer.event({ kind: 'run-ended', scenario: null, reason: 'completed' });
    expect(readRun(writer.folder)).toMatchObject({ incomplete: null, events: [{ kind: 'solar-flare' }, { kind: 'run-ended' }] });
  });

  test.each([
    ['nothing', undefined, /no run\.json/],
    ['half a file', '{"schema":1,', /damaged/],
    ['a later schema', '{"schema":2}', /schema/],
  ])('%s in place of run.json is explained', (_, content, message) => {
    const folder = join(root, 'empty');
    execFileSync('mkdir', [folder]);
    if (content !== undefined) appendFileSync(join(folder, 'run.json'), content);
    expect(() => readRun(folder)).toThrow(message);
  });

  test('a file outside of the run is refused', () => {
    const run = readRun(begin().folder);
    expect(existsSync(run.file('run.json'))).toBe(true);
    expect(() => run.file('../../../etc/passwd')).toThrow(/outside/);
  });
});

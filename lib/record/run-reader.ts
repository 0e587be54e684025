import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { runDescriptionSchema } from './run-schema.ts';
import type { RunDescription, RunEvent } from './types.ts';

/** A record as it was found on disk. */
export interface RunRecord {
  folder: string;
  description: RunDescription;
  /** In the order of the file. Lines that cannot be read stand in it as `record-gap`; kinds that this version does not know are kept. */
  events: RunEvent[];
  /** Why the record is not whole: it has no end, or lines are missing. Null: it is whole. */
  incomplete: string | null;
  /** Path of a file that an event names relative to the run's folder. Throws when it points outside of it. */
  file(relative: string): string;
}

/**
 * Reads `run.json`.
 *
 * @throws Error when it is missing, damaged, or of a schema that this version does not know.
 */
export function readDescription(folder: string): RunDescription {
  const path = join(folder, 'run.json');
  if (!existsSync(path)) throw new Error(`${folder} is not the record of a run: it has no run.json. Name a run as its folder, <environment>/<run id> or <environment>/latest.`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path} cannot be read (${(error as Error).message}): the record is damaged. Leave this run out.`, { cause: error });
  }
  const checked = runDescriptionSchema.safeParse(parsed);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new Error(`${path} is not a run.json that this version reads: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown'}. Use the version of the tool that wrote it.`);
}

/**
 * Reads a run's record by its folder. A last line that a crash cut off, lines that cannot be read and unknown kinds are no error.
 *
 * @throws Error as `readDescription`.
 */
export function readRun(path: string): RunRecord {
  const folder = resolve(path);
  const description = readDescription(folder);
  const eventsFile = join(folder, 'events.jsonl');
  const events = parseEvents(existsSync(eventsFile) ? readFileSync(eventsFile, 'utf8') : '');
  return { folder, description, events, incomplete: whyIncomplete(events), file: (relative) => fileWithin(folder, relative) };
}

/** Parses lines; what is missing between them is put in as `record-gap`. */
function parseEvents(text: string): RunEvent[] {
  const events: RunEvent[] = [];
  const seen = new Map<string, RunEvent>();
  let damaged = 0;
  const gapBefore = (event: RunEvent | undefined, from: number, lost: number, reason: string): void => {
    events.push({ t: event?.t ?? from, wall: event?.wall ?? new Date(0).toISOString(), kind: 'record-gap', scenario: null, from, lost, reason });
  };
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const { event, clean } = parseLine(line);
    if (!clean) damaged += 1;
    if (event === null) continue;
    if (damaged > 0) gapBefore(event, events.at(-1)?.t ?? 0, damaged, 'a line of events.jsonl cannot be read');
    damaged = 0;
    const before = seen.get(event.by ?? '');
    const lost = (event.n ?? 0) - (before?.n ?? 0) - 1;
    if (event.by !== undefined && lost > 0) gapBefore(event, before?.t ?? 0, lost, 'a line of events.jsonl was taken out');
    seen.set(event.by ?? '', event);
    events.push(event);
  }
  const last = events.at(-1);
  if (damaged > 0) gapBefore(last, last?.t ?? 0, damaged, 'a line of events.jsonl cannot be read');
  return events;
}

/** An event that was appended behind the remains of another one is still found: every line begins in the same way. */
function parseLine(line: string): { event: RunEvent | null; clean: boolean } {
  const begin = line.lastIndexOf('{"t":');
  if (begin < 0) return { event: null, clean: false };
  try {
    const event = JSON.parse(line.slice(begin)) as Partial<RunEvent>;
    const whole = typeof event.t === 'number' && typeof event.wall === 'string' && typeof event.kind === 'string';
    return { event: whole ? (event as RunEvent) : null, clean: whole && begin === 0 };
  } catch {
    return { event: null, clean: false };
  }
}

function whyIncomplete(events: readonly RunEvent[]): string | null {
  const gap = events.find((event) => event.kind === 'record-gap');
  if (gap?.kind === 'record-gap') return `${gap.lost} event(s) or file(s) of the record are missing: ${gap.reason}`;
  const end = events.findLast((event) => event.kind === 'run-ended');
  if (end?.kind !== 'run-ended') return 'the record has no end: the run was killed, or it is still going on';
  return end.reason === 'completed' ? null : `the run did not complete: ${end.reason}`;
}

function fileWithin(folder: string, relative: string): string {
  const path = resolve(folder, relative);
  if (!path.startsWith(`${folder}/`)) throw new Error(`The record of run ${basename(folder)} names the file "${relative}", which lies outside of it. It was tampered with: do not trust it.`);
  return path;
}

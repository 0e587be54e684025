import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEvents } from './event-lines.ts';
import { fileWithin } from './file-within.ts';
import { runDescriptionSchema } from './run-schema.ts';
import type { RunDescription, RunEvent } from './types.ts';

/** A record as it was found on disk. */
export interface RunRecord {
  folder: string;
  description: RunDescription;
  /** In the order of the file. Lines that cannot be read, or are not as their kind is written, stand in it as `record-gap`; kinds that this version does not know are kept. */
  events: RunEvent[];
  /** Why the record is not whole: it has no end, or lines are missing. Null: it is whole. */
  incomplete: string | null;
  /** Path of a file that an event names relative to the run's folder. Throws when it leads outside of it. */
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

/** Losses of a record that are spelled out. */
const spelledOut = 3;

/** Why a record with these events is not whole, as a clause for people; null: it is whole. */
export function whyIncomplete(events: readonly RunEvent[]): string | null {
  const gaps = events.filter((event) => event.kind === 'record-gap');
  if (gaps.length > 0) return sayGaps(gaps);
  const end = events.findLast((event) => event.kind === 'run-ended');
  if (end?.kind !== 'run-ended') return 'the record has no end: the run was killed, or it is still going on';
  return end.reason === 'completed' ? null : `the run did not complete: ${end.reason}`;
}

function sayGaps(gaps: readonly { lost: number; reason: string }[]): string {
  const lost = gaps.reduce((sum, gap) => sum + gap.lost, 0);
  const reasons = [...new Set(gaps.map(({ reason }) => reason))];
  const more = reasons.length - spelledOut;
  return `${lost === 0 ? 'it is damaged' : `${lost} event(s) or file(s) of the record are missing`}: ${reasons.slice(0, spelledOut).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

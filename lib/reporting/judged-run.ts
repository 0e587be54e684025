import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readDescription, readRun } from '../record/run-reader.ts';
import type { RunDescription, Verdicts } from '../record/types.ts';
import { verdictsSchema } from '../record/verdicts-schema.ts';
import { deriveVerdicts } from './derive.ts';

/** A run, what it was and how it was judged. */
export interface JudgedRun {
  folder: string;
  description: RunDescription;
  verdicts: Verdicts;
}

/** The verdicts that are on disk, where they are whole and say which probe and guest each figure is of; early records did not. Null otherwise. */
export function storedVerdicts(folder: string): Verdicts | null {
  const path = join(folder, 'verdicts.json');
  if (!existsSync(path)) return null;
  try {
    const stored = verdictsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    return stored.scenarios.every(({ measurements }) => measurements.every(({ probe }) => probe !== undefined)) ? stored : null;
  } catch {
    return null;
  }
}

/**
 * Reads a run's description and verdicts; what has no verdicts yet, or those of an older version, is derived from the record without
 * writing anything.
 *
 * @throws Error when the record cannot be read.
 */
export function readJudgedRun(folder: string): JudgedRun {
  return { folder, description: readDescription(folder), verdicts: storedVerdicts(folder) ?? deriveVerdicts(readRun(folder)) };
}

/** Runs that were read, and why others could not be, a sentence each without its full stop. */
export interface ReadRuns {
  runs: JudgedRun[];
  unreadable: string[];
}

/** Reads runs by their folders as `readJudgedRun` does; one that cannot be read takes nothing with it and is told. */
export function readJudgedRuns(folders: readonly string[]): ReadRuns {
  const unreadable: string[] = [];
  const runs = folders.flatMap((folder) => {
    try {
      return [readJudgedRun(folder)];
    } catch (error) {
      unreadable.push(`run ${basename(folder)} is left out: ${(error as Error).message.replace(/\.$/, '')}`);
      return [];
    }
  });
  return { runs, unreadable };
}

/** SHA-256 of files of a run in hexadecimal: which record a figure rests on, and which verdicts it was read from. Null for a file that is not there. */
export interface RecordHashes {
  events: string | null;
  verdicts: string | null;
}

export function recordHashes(folder: string): RecordHashes {
  const [events = null, verdicts = null] = ['events.jsonl', 'verdicts.json'].map((name) => join(folder, name)).map((path) => (existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : null));
  return { events, verdicts };
}

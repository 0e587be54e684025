import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readDescription, readRun } from '../record/run-reader.ts';
import type { RunDescription, Verdicts } from '../record/types.ts';
import { verdictsSchema } from '../record/verdicts-schema.ts';
import { deriveVerdicts } from './derive.ts';
import { differenceOf, hasEvents, keepsSeal } from './verdict-seal.ts';

/** A run, what it was and how it was judged. */
export interface JudgedRun {
  folder: string;
  description: RunDescription;
  verdicts: Verdicts;
  /** Where verdicts.json says something else than the record, whose word counts: that, as a sentence without its full stop. */
  contradicted?: string;
}

/** What stands in verdicts.json, whoever wrote it; null where that is nothing whole. */
function writtenVerdicts(folder: string): { verdicts: Verdicts; seal: boolean | null } | null {
  const path = join(folder, 'verdicts.json');
  if (!existsSync(path)) return null;
  try {
    const written = JSON.parse(readFileSync(path, 'utf8')) as Verdicts;
    return { verdicts: verdictsSchema.parse(written), seal: keepsSeal(written, folder) };
  } catch {
    return null;
  }
}

const namesProbes = ({ scenarios }: Verdicts): boolean => scenarios.every(({ measurements }) => measurements.every(({ probe }) => probe !== undefined));

/**
 * The verdicts that are on disk, where they are whole, neither they nor their run's events were changed since, and they say which probe
 * and guest each figure is of; early records did not. Null otherwise.
 */
export function storedVerdicts(folder: string): Verdicts | null {
  const written = writtenVerdicts(folder);
  return written !== null && written.seal !== false && namesProbes(written.verdicts) ? written.verdicts : null;
}

/**
 * Reads a run's description and verdicts. What has no verdicts yet, those of an older version, and verdicts that are not as they were
 * sealed are derived from the record without writing anything; without events there is nothing to derive from, and what is written counts.
 *
 * @throws Error when the record cannot be read.
 */
export function readJudgedRun(folder: string): JudgedRun {
  const description = readDescription(folder);
  const written = writtenVerdicts(folder);
  if (written !== null && namesProbes(written.verdicts) && (written.seal === true || !hasEvents(folder))) return { folder, description, verdicts: written.verdicts };
  const { audit } = written?.verdicts ?? {};
  const verdicts: Verdicts = { ...deriveVerdicts(readRun(folder)), ...(audit === undefined ? {} : { audit }) };
  const difference = written === null || !namesProbes(written.verdicts) ? null : differenceOf(written.verdicts, verdicts);
  if (difference === null) return { folder, description, verdicts };
  return { folder, description, verdicts, contradicted: `verdicts.json of run ${basename(folder)} says something else than its record (${difference}): what the record says counts` };
}

/** Runs that were read, why others could not be, and what was not believed of them, a sentence each without its full stop. */
export interface ReadRuns {
  runs: JudgedRun[];
  unreadable: string[];
}

/** Reads runs by their folders as `readJudgedRun` does; one that cannot be read takes nothing with it and is told. */
export function readJudgedRuns(folders: readonly string[]): ReadRuns {
  const unreadable: string[] = [];
  const runs = folders.flatMap((folder) => {
    try {
      const run = readJudgedRun(folder);
      if (run.contradicted !== undefined) unreadable.push(run.contradicted);
      return [run];
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

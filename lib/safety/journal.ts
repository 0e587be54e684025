import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { UndoData } from '../faults/fault.ts';
import { bootId } from '../record/process-identity.ts';
import { scrub } from '../record/scrub.ts';
import type { Target } from '../record/types.ts';
import { appendDurably, clusterFolder, writeDurably } from './state-folder.ts';

/** An undo on disk. It is opened before its fault is injected and closed when the fault is mended and verified. */
export interface JournalEntry {
  schema: 1;
  id: string;
  openedAt: string;
  /** The same moment on CLOCK_MONOTONIC, ns, and the boot that it belongs to; absent in entries of earlier versions. */
  openedNs?: string;
  bootId?: string | null;
  environment: string;
  cluster: { name: string; identity: string };
  /** True for a world that this tool itself made: when that world is gone, so is the fault. */
  disposable: boolean;
  run: string;
  runFolder: string;
  scenario: string;
  fault: string;
  target: Target;
  /** The guest it is about; absent in entries of earlier versions. */
  guest?: string | null;
  /** Processes of this machine inject it, each on record before it begins; absent in entries of earlier versions. */
  byProcess?: boolean;
  undo: UndoData;
}

/** How an entry ended. `moot`: the world it belongs to is gone, which is not mending. */
export type JournalOutcome = 'reverted' | 'moot' | 'failed';

/** A line of a run's own journal. */
export interface JournalLine {
  at: string;
  op: 'open' | 'injected' | 'close' | 'attempt';
  id: string;
  entry?: JournalEntry;
  outcome?: JournalOutcome;
  detail?: string;
  by?: string;
}

const journalFile = 'journal.jsonl';

function mirrorFolder(identity: string): string {
  return join(clusterFolder(identity), 'open');
}

/** Where the state folder holds an entry while it is open. Without that file it is closed. */
export function fileOfEntry({ cluster, id }: Pick<JournalEntry, 'cluster' | 'id'>): string {
  return join(mirrorFolder(cluster.identity), `${id}.json`);
}

function line(value: JournalLine): string {
  return `${JSON.stringify(value)}\n`;
}

/**
 * Writes the undo to disk, mirrored in the state folder, and returns only when both are flushed.
 * Throws when either cannot be written: then nothing may be injected.
 */
export function openEntry(entry: Omit<JournalEntry, 'schema' | 'id' | 'openedAt' | 'openedNs' | 'bootId'>): JournalEntry {
  const now = new Date().toISOString();
  // What people read is scrubbed; the data are what the undo is made of, and hold no secret.
  const undo = { ...entry.undo, title: scrub(entry.undo.title), manual: entry.undo.manual.map(scrub) };
  const full: JournalEntry = { schema: 1, id: `${now.replace(/[-:.]/g, '')}-${randomBytes(3).toString('hex')}`, openedAt: now, openedNs: String(process.hrtime.bigint()), bootId: bootId(), ...entry, undo };
  writeDurably(fileOfEntry(full), `${JSON.stringify(full, null, 2)}\n`);
  appendDurably(join(entry.runFolder, journalFile), line({ at: now, op: 'open', id: full.id, entry: full }));
  return full;
}

/** Notes an outcome in the run's journal. A run folder that was deleted, or a full disk, must not stop the mending. */
function noteInRun(entry: JournalEntry, value: JournalLine): void {
  if (!existsSync(entry.runFolder)) return;
  try {
    appendDurably(join(entry.runFolder, journalFile), line(value));
  } catch (error) {
    process.stderr.write(`The journal of run ${entry.run} could not be written (${(error as Error).message}); mending goes on.\n`);
  }
}

/** Closes an entry. `failed` leaves it open in the state folder, so that the next `run` or `restore` tries again. */
export function closeEntry(entry: JournalEntry, outcome: JournalOutcome, detail: string): void {
  noteInRun(entry, { at: new Date().toISOString(), op: outcome === 'failed' ? 'attempt' : 'close', id: entry.id, outcome, detail: scrub(detail), by: `pid ${process.pid}` });
  if (outcome !== 'failed') rmSync(fileOfEntry(entry), { force: true });
}

function parseEntry(path: string): JournalEntry {
  let entry: Partial<JournalEntry> | null = null;
  try {
    entry = JSON.parse(readFileSync(path, 'utf8')) as JournalEntry;
  } catch {
    // What it is instead matters not: it is told below, with its path.
  }
  if (entry?.schema !== 1 || typeof entry.undo?.inverse !== 'string') {
    throw new Error(`The journal entry ${path} is not one this version understands. Mend by hand what it describes, then delete the file.`);
  }
  return entry as JournalEntry;
}

function entryFiles(folder: string): string[] {
  const open = join(folder, 'open');
  return existsSync(open) ? readdirSync(open).filter((name) => name.endsWith('.json')).toSorted().map((name) => join(open, name)) : [];
}

function attempt(path: string): { entry: JournalEntry | null; problem: string | null } {
  try {
    return { entry: parseEntry(path), problem: null };
  } catch (error) {
    return { entry: null, problem: (error as Error).message };
  }
}

/** Open entries below one cluster's state folder, oldest first, without those that cannot be read: see unreadableEntries. */
export function openEntriesIn(folder: string): JournalEntry[] {
  return entryFiles(folder).flatMap((path) => attempt(path).entry ?? []);
}

/** What is wrong with open entries of a cluster that this version cannot read. They keep no other from being mended. */
export function unreadableEntries(identity: string): string[] {
  return entryFiles(clusterFolder(identity)).flatMap((path) => attempt(path).problem ?? []);
}

/** Open entries of a cluster, oldest first: from this clone, another one, or a run whose record is gone. */
export function openEntries(identity: string): JournalEntry[] {
  return openEntriesIn(clusterFolder(identity));
}

/** Lines of a run's own journal. A torn one (power loss) is passed over. */
export function linesOfRun(runFolder: string): JournalLine[] {
  const path = join(runFolder, journalFile);
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').split('\n').flatMap((text) => {
    try {
      return [JSON.parse(text) as JournalLine];
    } catch {
      return [];
    }
  });
}

/** Ids that a run's own journal shows as opened and not closed. */
export function openIdsOfRun(runFolder: string): string[] {
  const open = new Set<string>();
  for (const { op, id } of linesOfRun(runFolder)) {
    if (op === 'open') open.add(id);
    if (op === 'close') open.delete(id);
  }
  return [...open];
}

/** Entries of a run that were carried out and verified, oldest first. */
export function revertedEntriesOfRun(runFolder: string): JournalEntry[] {
  const lines = linesOfRun(runFolder);
  const reverted = new Set(lines.flatMap(({ op, id, outcome }) => (op === 'close' && outcome === 'reverted' ? [id] : [])));
  return lines.flatMap(({ op, id, entry }) => (op === 'open' && entry !== undefined && reverted.has(id) ? [entry] : []));
}

/** Notes that the fault's effect was confirmed: its command is no longer on its way. */
export function noteInjected(entry: JournalEntry): void {
  noteInRun(entry, { at: new Date().toISOString(), op: 'injected', id: entry.id });
}

/** Whether the fault's effect was confirmed. False also when the run's journal is gone: then nobody knows. */
export function wasInjected(entry: JournalEntry): boolean {
  return linesOfRun(entry.runFolder).some(({ op, id }) => op === 'injected' && id === entry.id);
}

/** Name of the run that an entry belongs to, for messages. */
export function describeEntry(entry: JournalEntry): string {
  return `${entry.undo.title} (fault ${entry.fault} of ${entry.scenario}, run ${basename(entry.runFolder)}, ${entry.openedAt})`;
}

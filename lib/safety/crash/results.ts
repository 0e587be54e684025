/** Keeps what the enumerations found, so that an interrupted `npm run test:crash` goes on where it was, and makes the table. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openTallies } from './enumeration.ts';
import type { Progress, Tallies, Tally } from './enumeration.ts';
import { pointKinds } from './points.ts';

const folder = fileURLToPath(new URL('../../../reports/crash', import.meta.url));
const tableFile = join(folder, 'crash-points.md');
/** Table of the half that runs behind this one, on the lab. */
const labTableFile = fileURLToPath(new URL('../../../reports/crash-lab/crash-lab.md', import.meta.url));
/** What the outcome depends on. */
const sources = ['..', '.', '../../faults', '../../scenario'].map((name) => fileURLToPath(new URL(name, import.meta.url)));

interface Kept extends Progress {
  sources: string;
  /** Whether the part came to its end. */
  complete: boolean;
}

function fingerprint(): string {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const name of readdirSync(source).filter((file) => file.endsWith('.ts')).toSorted()) hash.update(name).update(readFileSync(join(source, name)));
  }
  return hash.digest('hex');
}

function readKept(path: string): Kept | null {
  if (!existsSync(path)) return null;
  const kept = JSON.parse(readFileSync(path, 'utf8')) as Kept;
  return kept.sources === fingerprint() ? kept : null;
}

/** Replaces the file at once: whoever interrupts us finds the old one or the new one. */
function write(path: string, kept: Kept): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${path}.tmp`, JSON.stringify(kept));
  renameSync(`${path}.tmp`, path);
}

/**
 * Carries out a part of the enumeration and keeps what it found, case by case; what an interrupted run has done already, with
 * the same sources, is taken. Returns a sentence for each case that was not as it must be.
 */
export async function enumerate(part: string, work: (tallies: Tallies) => Promise<void>): Promise<string[]> {
  const path = join(folder, `${part}.json`);
  const kept = readKept(path);
  if (kept?.complete === true) return kept.tallies.flatMap(({ broken }) => broken);
  const sourcesNow = fingerprint();
  let progress: Progress = kept ?? { tallies: [], done: [] };
  const tallies = openTallies(progress, (next) => {
    progress = next;
    write(path, { ...next, sources: sourcesNow, complete: false });
  });
  await work(tallies);
  write(path, { ...progress, tallies: tallies.all(), sources: sourcesNow, complete: true });
  return tallies.all().flatMap(({ broken }) => broken);
}

function sum(tallies: readonly Tally[], of: 'cases' | 'restored'): number {
  return tallies.reduce((total, tally) => total + tally[of], 0);
}

/** The table in Markdown: a line for each blow and kind of point, then the whole, then every case that was not restored. */
export function renderTallies(tallies: readonly Tally[]): string {
  const lines = ['| what is struck, and how | before which kind of call | cases | as before, nothing open |', '| --- | --- | ---: | ---: |'];
  for (const what of [...new Set(tallies.map((tally) => tally.what))].toSorted()) {
    for (const kind of pointKinds) {
      const these = tallies.filter((tally) => tally.what === what && tally.kind === kind);
      if (these.length > 0) lines.push(`| ${what} | ${kind} | ${sum(these, 'cases')} | ${sum(these, 'restored')} |`);
    }
  }
  lines.push(`| **all** | | **${sum(tallies, 'cases')}** | **${sum(tallies, 'restored')}** |`);
  const broken = tallies.flatMap((tally) => tally.broken);
  return `${[...lines, ...(broken.length === 0 ? [] : ['', ...broken.map((sentence) => `- ${sentence}`)])].join('\n')}\n`;
}

/** Called by vitest before the first file. The tables of both halves mean that the last run came to its end: this one begins anew. */
export function setup(): void {
  if (existsSync(tableFile) && existsSync(labTableFile)) rmSync(folder, { recursive: true });
}

/** Called by vitest after the last file: prints the table, and writes it when no part is missing. */
export function teardown(): void {
  const parts = readdirSync(fileURLToPath(new URL('.', import.meta.url))).filter((name) => name.endsWith('.crash.test.ts'));
  const kept = parts.map((name) => readKept(join(folder, name.replace('.crash.test.ts', '.json'))));
  const missing = kept.filter((one) => one?.complete !== true).length;
  const table = renderTallies(kept.flatMap((one) => one?.tallies ?? []));
  process.stdout.write(`\n${table}\n`);
  if (missing > 0) {
    process.stdout.write(`${missing} of ${parts.length} parts are not complete: run the same command again, it goes on where this one was\n`);
    return;
  }
  writeFileSync(tableFile, table);
  process.stdout.write(`written to ${tableFile}\n`);
}

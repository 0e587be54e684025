/** Keeps what the enumerations found, so that an interrupted `npm run test:crash` goes on where it was, and makes the table. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openTallies } from './enumeration.ts';
import type { Tallies, Tally } from './enumeration.ts';
import { pointKinds } from './points.ts';

const folder = fileURLToPath(new URL('../../../reports/crash', import.meta.url));
const tableFile = join(folder, 'crash-points.md');
/** Table of the half that runs behind this one, on the lab. */
const labTableFile = fileURLToPath(new URL('../../../reports/crash-lab/crash-lab.md', import.meta.url));
/** What the outcome depends on. */
const sources = ['..', '.', '../../faults', '../../scenario'].map((name) => fileURLToPath(new URL(name, import.meta.url)));

interface Kept {
  sources: string;
  tallies: Tally[];
}

function fingerprint(): string {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const name of readdirSync(source).filter((file) => file.endsWith('.ts')).toSorted()) hash.update(name).update(readFileSync(join(source, name)));
  }
  return hash.digest('hex');
}

function readKept(path: string): Tally[] | null {
  if (!existsSync(path)) return null;
  const kept = JSON.parse(readFileSync(path, 'utf8')) as Kept;
  return kept.sources === fingerprint() ? kept.tallies : null;
}

/**
 * Carries out a part of the enumeration and keeps what it found; when an interrupted run has done it already, with the same
 * sources, that is taken. Returns a sentence for each case that was not as it must be.
 */
export async function enumerate(part: string, work: (tallies: Tallies) => Promise<void>): Promise<string[]> {
  const path = join(folder, `${part}.json`);
  let found = readKept(path);
  if (found === null) {
    const before = fingerprint();
    const tallies = openTallies();
    await work(tallies);
    found = tallies.all();
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, JSON.stringify({ sources: before, tallies: found } satisfies Kept));
  }
  return found.flatMap(({ broken }) => broken);
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
  const missing = kept.filter((tallies) => tallies === null).length;
  const table = renderTallies(kept.flatMap((tallies) => tallies ?? []));
  process.stdout.write(`\n${table}\n`);
  if (missing > 0) {
    process.stdout.write(`${missing} of ${parts.length} parts are missing: run the same command again, it goes on with them\n`);
    return;
  }
  writeFileSync(tableFile, table);
  process.stdout.write(`written to ${tableFile}\n`);
}

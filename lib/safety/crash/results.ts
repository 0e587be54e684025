/** Keeps what the enumerations found, and writes it as a table. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Tally } from './enumeration.ts';
import { pointKinds } from './points.ts';

const folder = fileURLToPath(new URL('../../../reports/crash', import.meta.url));
const tableFile = join(folder, 'crash-points.md');

export function keepTallies(tallies: readonly Tally[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${process.pid}-${Date.now()}.json`), JSON.stringify(tallies));
}

function keptTallies(): Tally[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith('.json')).toSorted().flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Tally[]);
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

/** Called by vitest before the first file. */
export function setup(): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Called by vitest after the last file: writes the table, and prints it. */
export function teardown(): void {
  const table = renderTallies(keptTallies());
  mkdirSync(folder, { recursive: true });
  writeFileSync(tableFile, table);
  process.stdout.write(`\n${table}\nwritten to ${tableFile}\n`);
}

/** Keeps what `npm run test:lab` found, so that an interrupted one goes on where it was, and makes the table of it. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '../places.ts';

/** One case: a mutant, or a row of the whole matrix. */
export interface Result {
  row: string;
  what: string;
  /** What was not as it must be; empty when all was. */
  problems: string[];
  seconds: number;
  /** What the harness said that was right. */
  caught: string[];
}

const folder = join(projectRoot, 'reports', 'lab-tests');
const tableFile = join(folder, 'lab-tests.md');
const here = fileURLToPath(new URL('.', import.meta.url));

/** What the outcome depends on: everything but tests, and the packages. */
function fingerprint(): string {
  const hash = createHash('sha256');
  for (const file of globSync(['lib/**/*.{ts,mjs,sh,pl}', 'suites/*.ts', 'environments/lab.yaml', 'package-lock.json'], { cwd: projectRoot }).filter((name) => !/(?<!\.lab)\.test\.ts$/.test(name)).toSorted()) hash.update(file).update(readFileSync(join(projectRoot, file)));
  return hash.digest('hex');
}

function fileOf(row: string, what: string): string {
  return join(folder, `${createHash('sha256').update(`${row} ${what}`).digest('hex').slice(0, 16)}.json`);
}

/** The problems of a case that was carried out already, with the same sources; null when it was not. */
export function kept(row: string, what: string): string[] | null {
  const file = fileOf(row, what);
  if (!existsSync(file)) return null;
  const { sources, result } = JSON.parse(readFileSync(file, 'utf8')) as { sources: string; result: Result };
  return sources === fingerprint() ? result.problems : null;
}

/** Keeps a result. */
export function keep(result: Result): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(result.row, result.what), `${JSON.stringify({ sources: fingerprint(), result })}\n`);
}

/** The table in Markdown: a line for each case, then every problem. */
export function renderResults(results: readonly Result[]): string {
  const ordered = results.toSorted((one, other) => one.row.localeCompare(other.row) || one.what.localeCompare(other.what));
  const lines = ordered.map(({ row, what, problems, seconds, caught }) => `| \`${row}\` | ${what} | ${caught.join(', ')} | ${seconds} s | ${problems.length === 0 ? 'as it must be' : '**NOT**'} |`);
  const right = ordered.filter(({ problems }) => problems.length === 0).length;
  const problems = ordered.flatMap(({ row, what, problems: found }) => found.map((sentence) => `- ${row}, ${what}: ${sentence}`));
  return `${['| row | a lab whose ... | what the harness must say | took | |', '|---|---|---|---:|---|', ...lines, `| **${results.length} cases** | | | | **${right} as they must be** |`, ...(problems.length === 0 ? [] : ['', ...problems])].join('\n')}\n`;
}

function results(): Result[] {
  if (!existsSync(folder)) return [];
  const sources = fingerprint();
  return readdirSync(folder).filter((name) => name.endsWith('.json')).flatMap((name) => {
    const found = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { sources: string; result: Result };
    return found.sources === sources ? [found.result] : [];
  });
}

/** Called by vitest before the first file. A table means that the last run came to its end: this one begins anew. */
export function setup(): void {
  if (existsSync(tableFile)) rmSync(folder, { recursive: true });
}

/** Called by vitest after the last file: prints the table, and writes it when no case is missing. */
export function teardown(): void {
  const found = results();
  const table = renderResults(found);
  process.stdout.write(`\n${table}\n`);
  const missing = readdirSync(here).filter((name) => name.endsWith('.lab.test.ts')).length - found.length;
  if (missing > 0) {
    process.stdout.write(`${missing} case(s) are missing: run the same command again, it goes on with them\n`);
    return;
  }
  writeFileSync(tableFile, table);
  process.stdout.write(`written to ${tableFile}\n`);
}

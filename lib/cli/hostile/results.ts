/** Keeps what the cases on the lab came to, so that an interrupted `npm run test:crash` goes on where it was, and makes the tables. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../places.ts';
import { crashCases, pathCases } from './cases.ts';
import type { CaseOutcome, LabCase } from './cases.ts';

const folder = join(projectRoot, 'reports', 'crash-lab');
const tableFile = join(folder, 'crash-lab.md');

/** What the outcome depends on: everything but tests. */
function fingerprint(): string {
  const hash = createHash('sha256');
  for (const file of globSync(['lib/**/*.{ts,mjs,sh,pl}', 'suites/*.ts', 'environments/lab.yaml'], { cwd: projectRoot }).filter((name) => !name.endsWith('.test.ts')).toSorted()) hash.update(file).update(readFileSync(join(projectRoot, file)));
  return hash.digest('hex');
}

function fileOf(labCase: LabCase): string {
  return join(folder, `${createHash('sha256').update(JSON.stringify(labCase)).digest('hex').slice(0, 16)}.json`);
}

/** The outcome of a case that was carried out already, with the same sources; null when it was not. */
export function kept(labCase: LabCase): CaseOutcome | null {
  const file = fileOf(labCase);
  if (!existsSync(file)) return null;
  const { sources, outcome } = JSON.parse(readFileSync(file, 'utf8')) as { sources: string; outcome: CaseOutcome };
  return sources === fingerprint() ? outcome : null;
}

/** Keeps the outcome of a case. */
export function keep(labCase: LabCase, outcome: CaseOutcome): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(labCase), JSON.stringify({ sources: fingerprint(), outcome }));
}

/** An outcome with the case that it belongs to. */
export interface Found {
  labCase: LabCase;
  outcome: CaseOutcome;
}

const isWell = ({ outcome }: Found): boolean => outcome.problems.length === 0;

/** The tables in Markdown: deaths by kind of state, faults of the way, then everything that is not as it must be. */
export function renderFound(found: readonly Found[]): string {
  const crashes = found.flatMap((one) => ('victim' in one.labCase ? [{ ...one, labCase: one.labCase }] : []));
  const states = [...new Set(crashes.map(({ labCase: { row, state } }) => `${row}|${state}`))];
  const stateLines = states.map((key) => {
    const these = crashes.filter(({ labCase: { row, state } }) => `${row}|${state}` === key);
    const [row, state] = key.split('|');
    return `| \`${row}\` | ${state} | ${these.map(({ labCase: { victim } }) => victim).join(', ')} | ${these.length} | ${these.filter(isWell).length} |`;
  });
  const paths = found.flatMap((one) => ('victim' in one.labCase ? [] : [{ ...one, labCase: one.labCase }]));
  const broken = found.flatMap(({ labCase, outcome }) => outcome.problems.map((problem) => `- ${JSON.stringify(labCase)}: ${problem}`));
  return [
    '| run | state | SIGKILL of | cases | as before, nothing open |', '|---|---|---|---:|---:|', ...stateLines, `| **all** | | | **${crashes.length}** | **${crashes.filter(isWell).length}** |`, '',
    '| on the way | exit code and verdicts | afterwards |', '|---|---|---|', ...paths.map((one) => `| ${one.labCase.what} | ${one.outcome.said.replaceAll('|', '\\|')} | ${isWell(one) ? 'whole' : '**NOT**'} |`), '',
    ...broken,
  ].join('\n');
}

/** Called by vitest before the first file. A table means that the last run came to its end: this one begins anew. */
export function setup(): void {
  if (existsSync(tableFile)) rmSync(folder, { recursive: true });
}

/** Called by vitest after the last file: prints the tables, and writes them when no case is missing. */
export function teardown(): void {
  const cases: LabCase[] = [...crashCases, ...pathCases];
  const found = cases.flatMap((labCase): Found[] => {
    const outcome = kept(labCase);
    return outcome === null ? [] : [{ labCase, outcome }];
  });
  const tables = renderFound(found);
  process.stdout.write(`\n${tables}\n`);
  const missing = cases.length - found.length;
  if (missing > 0) {
    process.stdout.write(`${missing} of ${cases.length} cases are missing: run the same command again, it goes on with them\n`);
    return;
  }
  writeFileSync(tableFile, tables);
  process.stdout.write(`written to ${tableFile}\n`);
}

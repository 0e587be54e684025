import { existsSync } from 'node:fs';
import type { Verdicts } from '../record/types.ts';
import type { DerivedPaths } from '../reporting/derive-all.ts';
import { renderTable } from '../reporting/table.ts';
import { codeOf } from './exit-code.ts';

/** Progress belongs to people; whoever asked for JSON reads nothing else on standard output. */
export function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The table of verdicts, and where every report lies; what could not be made is said in the place of its path. */
export function printReports(verdicts: Verdicts, paths: DerivedPaths, trouble: string | null): void {
  process.stdout.write(`${renderTable(verdicts, { color: process.stdout.isTTY, width: process.stdout.columns ?? 120 })}\n`);
  for (const [name, path] of Object.entries(paths)) process.stdout.write(`${`${name}:`.padEnd(10)} ${trouble !== null && !existsSync(path) ? 'it could not be made' : path}\n`);
}

/** Ends a command with the code that its work returns, or that its error carries, which is said. */
export async function endWith(work: Promise<number>): Promise<void> {
  process.exitCode = await work.catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    return codeOf(error);
  });
}

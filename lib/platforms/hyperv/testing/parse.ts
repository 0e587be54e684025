import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A PowerShell script as the grammar sees it. */
export interface ParsedScript {
  file: string;
  broken: boolean;
  /** Syntax that Windows PowerShell 5.1 does not know. */
  newer: string[];
  commands: { name: string; line: number; parameters: { name: string; values: string[] | null }[]; splatted: boolean }[];
}

/** Parses scripts in a process of its own. */
export function parseScripts(files: readonly string[]): ParsedScript[] {
  return JSON.parse(execFileSync(process.execPath, ['--liftoff-only', fileURLToPath(new URL('./parse-process.ts', import.meta.url)), ...files], { encoding: 'utf8', maxBuffer: 1 << 26 })) as ParsedScript[];
}

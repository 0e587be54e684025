import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A PowerShell script as the grammar sees it. */
export interface ParsedScript {
  file: string;
  broken: boolean;
  /** Syntax that Windows PowerShell 5.1 does not know. */
  newer: string[];
  /** `splatted`: the variables whose entries are given as parameters (`@name`), in lower case. */
  commands: { name: string; line: number; parameters: GivenParameter[]; splatted: string[] }[];
  /** By variable, in lower case: the keys that the script puts into a table, null where they cannot be told from its text. */
  tables: Record<string, GivenParameter[] | null>;
}

/** `values`: what is given to it where that is a literal. */
export interface GivenParameter {
  name: string;
  values: string[] | null;
}

/** Parses scripts in a process of its own. */
export function parseScripts(files: readonly string[]): ParsedScript[] {
  return JSON.parse(execFileSync(process.execPath, ['--liftoff-only', fileURLToPath(new URL('./parse-process.ts', import.meta.url)), ...files], { encoding: 'utf8', maxBuffer: 1 << 26 })) as ParsedScript[];
}

import { isAbsolute, relative } from 'node:path';

/** Where something stands in a file, both from 1. */
export interface Position {
  line: number;
  column: number;
}

/** Something wrong with a file: what, and what to do. `path` is where in the document, empty for the file as a whole. */
export interface Problem {
  path: readonly PropertyKey[];
  /** Whether the key is wrong, or the value. */
  part: 'key' | 'value';
  message: string;
}

/** What is wrong with an environment file, all of it. Ends a command with exit code 64. */
export class EnvironmentError extends Error {
  readonly exitCode = 64;
  /** One a problem, in the order of the file. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'EnvironmentError';
    this.problems = problems;
  }
}

/** A path inside a document as people write it: `nodes[0].power.url`. */
export function describePath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text === '' ? '' : '.'}${String(key)}`), '');
}

/** A file's path, seen from the working directory when it lies below it. */
export function describeFile(path: string): string {
  const below = relative(process.cwd(), path);
  return below === '' || below.startsWith('..') || isAbsolute(below) ? path : below;
}

/** `file:line:column: path: what is wrong. What to do.` */
export function describeProblem(file: string, { line, column }: Position, { path, message }: Problem): string {
  const where = describePath(path);
  return `${describeFile(file)}:${line}:${column}: ${where === '' ? '' : `${where}: `}${message}`;
}

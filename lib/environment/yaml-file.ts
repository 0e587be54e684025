import { readFileSync } from 'node:fs';
import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, Node, Pair } from 'yaml';
import { EnvironmentError, describeFile, describeProblem } from './problem.ts';
import type { Position, Problem } from './problem.ts';

/** A YAML file, its content, and where each part of it stands. */
export interface YamlFile {
  path: string;
  value: unknown;
  position(path: readonly PropertyKey[], part: Problem['part']): Position;
}

function follow(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function pairOf(node: unknown, key: PropertyKey): Pair | undefined {
  return isMap(node) ? node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key)) : undefined;
}

/** The node at a path, or the nearest one above it that exists: there a missing key is missing. */
function nodeAt(document: Document, path: readonly PropertyKey[], part: Problem['part']): Node | null {
  let node: unknown = document.contents;
  for (const [depth, key] of path.entries()) {
    const inside = follow(document, node);
    const pair = pairOf(inside, key);
    const next = pair?.value ?? (isSeq(inside) ? inside.items[Number(key)] : undefined);
    if (pair !== undefined && ((depth === path.length - 1 && part === 'key') || next === undefined || next === null)) return pair.key as Node;
    if (next === undefined || next === null) break;
    node = next;
  }
  return node as Node | null;
}

/**
 * Reads a YAML file of one document.
 *
 * @throws EnvironmentError with every syntax error, a key that stands twice among them, or when the file cannot be read.
 */
export function readYamlFile(path: string): YamlFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new EnvironmentError([`${describeFile(path)}: cannot be read (${(error as Error).message}). Check the name and who may read it.`]);
  }
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const wrong = [...document.errors, ...document.warnings];
  if (wrong.length > 0) throw new EnvironmentError(wrong.map(({ pos, message }) => describeProblem(path, at(pos[0]), { path: [], part: 'value', message: `the YAML cannot be understood: ${message.replace(/\.$/, '')}. Correct the line, or look at the one before it.` })));
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    throw new EnvironmentError([describeProblem(path, { line: 1, column: 1 }, { path: [], part: 'value', message: `the YAML cannot be understood: ${(error as Error).message}. Write aliases out.` })]);
  }
  return { path, value, position: (where, part) => at(nodeAt(document, where, part)?.range?.[0] ?? 0) };
}

/** Throws all problems of a file at once, in the order of its lines; does nothing when there is none. */
export function throwProblems(problems: readonly { file: YamlFile; problem: Problem }[]): void {
  if (problems.length === 0) return;
  const placed = problems.map(({ file, problem }) => ({ file, problem, position: file.position(problem.path, problem.part) }));
  placed.sort((a, b) => a.file.path.localeCompare(b.file.path) || a.position.line - b.position.line || a.position.column - b.position.column);
  throw new EnvironmentError([...new Set(placed.map(({ file, problem, position }) => describeProblem(file.path, position, problem)))]);
}

/**
 * A process of its own that parses Groovy, for tests: started with --liftoff-only, as V8 of Node 24 may abort a process that optimizes so
 * large a grammar. Argument: a file. Prints which lines are no Groovy, and every block with those in it.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Language, Parser } from 'web-tree-sitter';
import type { Node } from 'web-tree-sitter';

/** A call with its word, as `stage('Run') { ... }`, and the calls in its braces. */
export interface GroovyCall {
  name: string;
  line: number;
  /** Its first argument where that is a string, without its quotes; null otherwise. */
  text: string | null;
  /** Null: it has no braces. */
  inside: GroovyCall[] | null;
}

export interface ParsedGroovy {
  brokenLines: number[];
  calls: GroovyCall[];
}

const childrenOf = (node: Node): Node[] => node.namedChildren.filter((child) => child !== null);

function brokenLines(node: Node): number[] {
  const own = node.isError || node.isMissing ? [node.startPosition.row + 1] : [];
  return [...own, ...node.children.flatMap((child) => (child === null ? [] : brokenLines(child)))];
}

const callTypes = new Set(['method_invocation', 'juxt_function_call']);

function closureOf(node: Node): Node | null {
  for (const child of childrenOf(node)) {
    if (child.type === 'closure') return child;
    const below = child.type === 'argument_list' || callTypes.has(child.type) ? closureOf(child) : null;
    if (below !== null) return below;
  }
  return null;
}

function textOf(node: Node): string | null {
  const [first] = childrenOf(node).filter(({ type }) => type === 'argument_list').flatMap(childrenOf);
  return first !== undefined && ['character_literal', 'string_literal'].includes(first.type) ? first.text.slice(1, -1) : null;
}

function callsIn(node: Node): GroovyCall[] {
  return childrenOf(node).flatMap((child) => {
    if (!callTypes.has(child.type)) return callsIn(child);
    const closure = closureOf(child);
    return [{ name: /^\w+/.exec(child.text)?.[0] ?? '', line: child.startPosition.row + 1, text: textOf(child), inside: closure === null ? null : callsIn(closure) }];
  });
}

await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(fileURLToPath(import.meta.resolve('tree-sitter-groovy/tree-sitter-groovy.wasm'))));
const root = parser.parse(readFileSync(process.argv[2] ?? '', 'utf8'))?.rootNode;
if (root === undefined) throw new Error('nothing was parsed');
const parsed: ParsedGroovy = { brokenLines: brokenLines(root), calls: callsIn(root) };
process.stdout.write(JSON.stringify(parsed));

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Language, Parser } from 'web-tree-sitter';
import type { Node } from 'web-tree-sitter';

/*
 * A process of its own, started with --liftoff-only: without that, V8 of Node 24 aborts the process when it optimizes the grammar
 * ("Fatal process out of memory: Zone").
 */

/** A command of a script, with its parameters and, where it is a literal, what is given to each. */
interface ParsedCommand {
  name: string;
  line: number;
  parameters: { name: string; values: string[] | null }[];
  splatted: boolean;
}

function literals(node: Node | undefined): string[] | null {
  if (node === undefined || node.type === 'command_parameter') return null;
  if (/^[A-Za-z0-9]+$/.test(node.text)) return [node.text];
  const strings = node.descendantsOfType('verbatim_string_characters').filter((found) => found !== null).map((found) => found.text.replaceAll("'", ''));
  return strings.length > 0 && node.descendantsOfType('variable').length === 0 && /^['",\w\s-]+$/.test(node.text) ? strings : null;
}

function commandOf(node: Node): ParsedCommand {
  const elements = (node.childForFieldName('command_elements')?.namedChildren ?? []).filter((child) => child.type !== 'command_argument_sep');
  return {
    name: node.childForFieldName('command_name')?.text ?? '',
    line: node.startPosition.row + 1,
    parameters: elements.flatMap((element, index) => (element.type === 'command_parameter' ? [{ name: element.text.replace(/^-/, '').replace(/:$/, ''), values: literals(elements[index + 1]) }] : [])),
    splatted: elements.some((element) => element.text.startsWith('@') && element.type !== 'command_parameter' && !/^@[({]/.test(element.text)),
  };
}

/** Node types and operators that Windows PowerShell 5.1 does not know. */
const newerTypes = new Set(['null_coalesce_expression', 'ternary_expression', 'pipeline_chain_tail', 'null_conditional_expression', 'pipeline_chain_operator']);

function newerSyntax(node: Node): string[] {
  const found = newerTypes.has(node.type) || (node.type === 'assignment_operator' && node.text === '??=') ? [`${node.type} at line ${node.startPosition.row + 1}`] : [];
  return [...found, ...node.children.flatMap((child) => (child === null ? [] : newerSyntax(child)))];
}

await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(fileURLToPath(import.meta.resolve('tree-sitter-pwsh/tree-sitter-powershell.wasm'))));
const parsed = process.argv.slice(2).map((file) => {
  const root = parser.parse(readFileSync(file, 'utf8'))?.rootNode;
  if (root === undefined) throw new Error(`${file} was not parsed`);
  const commands = root.descendantsOfType('command').filter((node) => node !== null).map(commandOf);
  return { file, broken: root.hasError, newer: newerSyntax(root), commands, parameterBlock: root.descendantsOfType('param_block').length };
});
process.stdout.write(JSON.stringify(parsed));

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Language, Parser } from 'web-tree-sitter';
import type { Node } from 'web-tree-sitter';
import type { GivenParameter } from './parse.ts';

/*
 * A process of its own, started with --liftoff-only: without that, V8 of Node 24 aborts the process when it optimizes the grammar
 * ("Fatal process out of memory: Zone").
 */

/** A command of a script, with its parameters and, where it is a literal, what is given to each. */
interface ParsedCommand {
  name: string;
  line: number;
  parameters: GivenParameter[];
  splatted: string[];
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
    splatted: elements.filter((element) => element.type !== 'command_parameter' && /^@[^({]/.test(element.text)).map((element) => element.text.slice(1).toLowerCase()),
  };
}

const unquoted = (text: string): string => text.replaceAll(/^['"]|['"]$/g, '');

/** The entries of a table that is written out; null for anything else. */
function entriesOf(value: Node): GivenParameter[] | null {
  const [table] = value.descendantsOfType('hash_literal_expression').filter((found) => found !== null);
  if (table === undefined || value.text.replace(/^\[ordered\]/i, '') !== table.text) return null;
  const entries = (table.namedChildren[0]?.namedChildren ?? []).filter((entry) => entry?.type === 'hash_entry');
  const given = entries.map((entry) => ({ name: unquoted(entry?.namedChildren[0]?.text ?? ''), values: literals(entry?.namedChildren[1] ?? undefined) }));
  return given.every(({ name }) => /^\w+$/.test(name)) ? given : null;
}

/** What a script puts into its variables, as far as they are tables: written out, or by key. One that is called a method of may hold anything. */
function tablesOf(root: Node): Record<string, GivenParameter[] | null> {
  const tables: Record<string, GivenParameter[] | null> = {};
  const add = (name: string, entries: GivenParameter[] | null): void => {
    const before = tables[name.toLowerCase()] ?? [];
    tables[name.toLowerCase()] = entries === null || tables[name.toLowerCase()] === null ? null : [...before, ...entries];
  };
  for (const assignment of root.descendantsOfType('assignment_expression').filter((node) => node !== null)) {
    const value = assignment.childForFieldName('value');
    const [, name, rest = ''] = /^\$(\w+)(.*)$/s.exec(assignment.namedChildren[0]?.text ?? '') ?? [];
    if (name === undefined || value === null) continue;
    const [, quoted, member] = /^(?:\[\s*['"](\w+)['"]\s*\]|\.(\w+))$/.exec(rest) ?? [];
    const key = quoted ?? member;
    if (rest === '') add(name, entriesOf(value));
    else add(name, key === undefined ? null : [{ name: key, values: literals(value) }]);
  }
  for (const call of root.descendantsOfType('invocation_expression').filter((node) => node !== null)) {
    const [, name] = /^\$(\w+)\.\w+\(/.exec(call.text) ?? [];
    if (name !== undefined) add(name, null);
  }
  return tables;
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
  return { file, broken: root.hasError, newer: newerSyntax(root), commands, tables: tablesOf(root), parameterBlock: root.descendantsOfType('param_block').length };
});
process.stdout.write(JSON.stringify(parsed));

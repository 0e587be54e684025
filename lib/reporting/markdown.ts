import { oneLine } from './plain-text.ts';

/** A text from outside as Markdown text on one line: nothing in it is markup. */
export function escapeMarkdown(text: string): string {
  return oneLine(text).replace(/[\\`*_[\]|~]|^[#+-]/g, '\\$&').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A table; every cell is text. Empty without rows. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  return `${[line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')}\n`;
}

import { plainText } from './plain-text.ts';

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** A text from outside as HTML or XML text, safe between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return plainText(text).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** A text of a cell: a word breaks only where it is as long as a hash or a path. */
function cellHtml(text: string): string {
  return plainText(text).split(/(\S{25,})/u).map((part, index) => (index % 2 === 0 ? escapeHtml(part) : (part.match(/.{1,16}/gsu) ?? []).map(escapeHtml).join('<wbr>'))).join('');
}

/** A table; every cell is text. */
export function htmlTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, texts: readonly string[]): string => `<tr>${texts.map((text) => `<${tag}>${cellHtml(text)}</${tag}>`).join('')}</tr>`;
  return `<table><thead>${cells('th', head)}</thead><tbody>${rows.map((row) => cells('td', row)).join('')}</tbody></table>`;
}

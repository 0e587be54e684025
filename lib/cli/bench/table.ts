/** A number for a table: three digits that matter, at most three behind the point. */
export function round(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '-';
  if (value === 0) return '0';
  const digits = Math.max(0, Math.min(3, 2 - Math.floor(Math.log10(Math.abs(value)))));
  return value.toFixed(digits);
}

/** A table in Markdown, its columns aligned for people who read it as it is. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string => `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |\n`;
  return [head, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('');
}

/** What a figure is to reach. */
export interface Aim {
  what: string;
  /** In words, with its unit. */
  aim: string;
  /** What was measured, in words; null: it was not, in this run. */
  measured: string | null;
  met: boolean;
}

/** The aims with what was measured, and whether they are met. One that was not measured is not met, and said so. */
export function aimsTable(aims: readonly Aim[]): string {
  return markdown(['aim', 'wanted', 'measured', 'met'], aims.map(({ what, aim, measured, met }) => [what, aim, measured ?? 'not in this run', measured === null ? '-' : met ? 'yes' : 'NO']));
}

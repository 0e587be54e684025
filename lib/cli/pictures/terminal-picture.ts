import { chartDocument, svgElement } from '../../reporting/charts/svg-document.ts';
import type { ChartElement } from '../../reporting/charts/svg-document.ts';

const escape = '\u001B';
const parts = new RegExp(String.raw`${escape}\[2K|${escape}\[1A|${escape}\[\d+m|\r|\n|[^\r\n${escape}]+`, 'g');

/** Part of a line as it is shown; `code` is that of its style, 0 without one. */
interface Span {
  text: string;
  code: number;
}

/** What a terminal shows after all that was written to it; it knows the three controls that the live view uses, and one style at a time. */
export function screenOf(written: string): Span[][] {
  const lines: Span[][] = [[]];
  let [row, code] = [0, 0];
  for (const [part] of written.matchAll(parts)) {
    const style = /\[(\d+)m$/.exec(part)?.[1];
    if (part === `${escape}[2K`) lines[row] = [];
    else if (part === `${escape}[1A`) row -= 1;
    else if (style !== undefined) code = [1, 2, 31, 33, 35].includes(Number(style)) ? Number(style) : 0;
    else if (part === '\n') {
      row += 1;
      lines[row] ??= [];
    } else if (part !== '\r') lines[row]?.push({ text: part, code });
  }
  return lines;
}

const linePx = 19;
const characterPx = 7.85;
const paddingPx = 16;
const barPx = 30;
const paper = { back: '#16191d', bar: '#2b3036', text: '#e6e6e6' };
const styles: Record<number, Record<string, string | number>> = { 1: { 'font-weight': 700 }, 2: { fill: '#a5adb5' }, 31: { fill: '#ff8a8a' }, 33: { fill: '#f2cc60' }, 35: { fill: '#e5a4f0' } };

/** The last lines of a screen as a standalone SVG, with the command above it. */
export function terminalPicture(screen: readonly Span[][], { command, title, columns }: { command: string; title: string; columns: number }): string {
  const document = chartDocument();
  const width = Math.ceil(columns * characterPx + 2 * paddingPx);
  const height = barPx + screen.length * linePx + 2 * paddingPx - 6;
  const sheet = svgElement(document, 'svg', { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-labelledby': 'picture-title', 'font-family': '"DejaVu Sans Mono", Menlo, Consolas, monospace', 'font-size': 13 });
  const lines = screen.map((spans, index): ChartElement => {
    const line = svgElement(document, 'text', { x: paddingPx, y: barPx + paddingPx + 8 + index * linePx, fill: paper.text, 'xml:space': 'preserve' });
    line.append(...spans.map(({ text, code }) => svgElement(document, 'tspan', styles[code] ?? {}, text)));
    return line;
  });
  sheet.append(
    svgElement(document, 'title', { id: 'picture-title' }, title),
    svgElement(document, 'rect', { width: '100%', height: '100%', rx: 6, fill: paper.back }),
    svgElement(document, 'rect', { width: '100%', height: barPx, rx: 6, fill: paper.bar }),
    svgElement(document, 'text', { x: paddingPx, y: 20, fill: paper.text }, command),
    ...lines,
  );
  return `${sheet.outerHTML}\n`;
}

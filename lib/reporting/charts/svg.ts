import { svgElement, svgNamespace } from './svg-document.ts';
import type { ChartDocument, ChartElement } from './svg-document.ts';
import { wrapText } from './wrap-text.ts';

export interface Panel {
  /** An SVG element as the plotting library makes it. */
  element: ChartElement;
  y: number;
}

export interface SheetOptions {
  document: ChartDocument;
  width: number;
  height: number;
  /** Said by screen readers and shown as the heading. */
  title: string;
  description: string;
  panels: readonly Panel[];
}

/** Characters of the heading and of what stands below it that fit on a sheet of 1000 px, a stamp beside the heading included. */
const titleCharacters = 100;
const descriptionCharacters = 155;
const titlePx = 17;
const descriptionPx = 14;

/** Puts panels below each other on one SVG sheet with a heading, and returns it as a standalone file's text. A heading of more lines moves them down. */
export function svgSheet({ document, width, height, title, description, panels }: SheetOptions): string {
  const make = (name: string, attributes: Record<string, string>, text: string | null = null): ChartElement => svgElement(document, name, attributes, text);
  const [titles, descriptions] = [wrapText(title, titleCharacters), wrapText(description, descriptionCharacters)];
  const down = (titles.length - 1) * titlePx + (descriptions.length - 1) * descriptionPx;
  const sheet = make('svg', { xmlns: svgNamespace, width: String(width), height: String(height + down), viewBox: `0 0 ${width} ${height + down}`, role: 'img', 'aria-labelledby': 'chart-title chart-description', 'font-family': 'system-ui, "DejaVu Sans", Arial, sans-serif' });
  sheet.append(
    make('title', { id: 'chart-title' }, title),
    make('desc', { id: 'chart-description' }, description),
    make('rect', { width: '100%', height: '100%', fill: 'white' }),
    ...titles.map((line, index) => make('text', { x: '14', y: String(20 + index * titlePx), 'font-size': '14', 'font-weight': '600', fill: '#111' }, line)),
    ...descriptions.map((line, index) => make('text', { x: '14', y: String(36 + (titles.length - 1) * titlePx + index * descriptionPx), 'font-size': '11', fill: '#444' }, line)),
  );
  for (const { element, y } of panels) {
    element.setAttribute('y', String(y + down));
    element.setAttribute('aria-hidden', 'true');
    sheet.append(element);
  }
  return `<?xml version="1.0" encoding="UTF-8"?>
${sheet.outerHTML}
`;
}

/** A sheet that says, where people look first, that no real cluster stands behind it: charts are passed on without their report. */
export function stampSimulated(sheet: string): string {
  const end = sheet.lastIndexOf('</svg>');
  return `${sheet.slice(0, end)}<text x="99%" y="20" text-anchor="end" font-size="13" font-weight="700" fill="#a40000" stroke="white" stroke-width="4" paint-order="stroke">simulated cluster</text>${sheet.slice(end)}`;
}

import { parseHTML } from 'linkedom';
import { compactPaths } from './compact-paths.ts';

/** What we need of an element; the types of a browser's document are not loaded in a program for Node. */
export interface ChartElement {
  textContent: string | null;
  readonly outerHTML: string;
  setAttribute(name: string, value: string): void;
  append(...children: ChartElement[]): void;
}

/** A document that charts are drawn in without a browser. */
export interface ChartDocument {
  createElementNS(namespace: string, name: string): ChartElement;
}

export function chartDocument(): ChartDocument {
  return parseHTML('<!doctype html><html><body></body></html>').document;
}

const namespace = 'http://www.w3.org/2000/svg';

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

/** Puts panels below each other on one SVG sheet with a heading, and returns it as a standalone file's text. */
export function svgSheet({ document, width, height, title, description, panels }: SheetOptions): string {
  const make = (name: string, attributes: Record<string, string>, text: string | null = null): ChartElement => {
    const element = document.createElementNS(namespace, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== null) element.textContent = text;
    return element;
  };
  const sheet = make('svg', { xmlns: namespace, width: String(width), height: String(height), viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-labelledby': 'chart-title chart-description', 'font-family': 'system-ui, "DejaVu Sans", Arial, sans-serif' });
  sheet.append(
    make('title', { id: 'chart-title' }, title),
    make('desc', { id: 'chart-description' }, description),
    make('rect', { width: '100%', height: '100%', fill: 'white' }),
    make('text', { x: '14', y: '20', 'font-size': '14', 'font-weight': '600', fill: '#111' }, title),
    make('text', { x: '14', y: '36', 'font-size': '11', fill: '#444' }, description),
  );
  for (const { element, y } of panels) {
    element.setAttribute('y', String(y));
    element.setAttribute('aria-hidden', 'true');
    sheet.append(element);
  }
  // The serializer writes HTML; a file of its own is XML, which knows no such entity.
  return `<?xml version="1.0" encoding="UTF-8"?>\n${compactPaths(sheet.outerHTML.replaceAll('&nbsp;', '&#160;'))}\n`;
}

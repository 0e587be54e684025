import { labelWidth } from './label-rows.ts';
import type { Label, PlacedLabel } from './label-rows.ts';
import { svgElement } from './svg-document.ts';
import type { ChartElement } from './svg-document.ts';
import { colours, marginLeft, width } from './timeline-layout.ts';
import type { Frame } from './timeline-marks.ts';
import { wrapText } from './wrap-text.ts';

/** A moment whose label found no room above the timeline: a number stands for it. */
export interface Note extends Label {
  /** 0 stands at the upper edge of the frame, 1 below it. */
  row: number;
}

/** So many are listed; the text of each further one is said by its line alone. */
const mostListed = 40;
const lineCharacters = 150;
const linePx = 14;
const numberRowPx = 12;

/** The labels that were not placed, in order of time, with numbers that do not overlap. */
export function notesOf(labels: readonly Label[], placed: readonly PlacedLabel[]): Note[] {
  const ends: number[] = [];
  return labels
    .filter((label) => !placed.some(({ x, text }) => x === label.x && text === label.text))
    .toSorted((one, other) => one.x - other.x)
    .map((label, index) => {
      const free = ends.findIndex((end) => end <= label.x);
      const row = free === -1 ? ends.length : free;
      ends[row] = label.x + labelWidth(String(index + 1));
      return { ...label, row };
    });
}

/** What the numbers stand for, in lines; none where every label found room. */
export function sayNotes(notes: readonly Note[]): string[] {
  if (notes.length === 0) return [];
  const listed = notes.slice(0, mostListed).map(({ text }, index) => `${index + 1} ${text}`);
  const more = notes.length - listed.length;
  return wrapText(`No room above for: ${listed.join('; ')}${more === 0 ? '' : `; and ${more} more`}.`, lineCharacters);
}

/** Room that the list takes, px. */
export function notesHeight(notes: readonly Note[]): number {
  const lines = sayNotes(notes).length;
  return lines === 0 ? 0 : lines * linePx + 8;
}

/** A number at each moment within the frame, and the list of them from `top` on. */
export function drawNotes({ document, top: frameTop, bottom: frameBottom }: Frame, notes: readonly Note[], top: number): ChartElement[] {
  const rows = Math.max(1, Math.floor((frameBottom - frameTop) / numberRowPx) - 1);
  return [
    ...notes.slice(0, mostListed).map(({ x, row }, index) => svgElement(document, 'text', { x: Math.min(marginLeft + x + 2, width - 20), y: frameTop + 11 + (row % rows) * numberRowPx, fill: colours.text, 'font-weight': 700, stroke: 'white', 'stroke-width': 3, 'paint-order': 'stroke' }, String(index + 1))),
    ...sayNotes(notes).map((line, index) => svgElement(document, 'text', { x: 14, y: top + 11 + index * linePx, fill: colours.text }, line)),
  ];
}

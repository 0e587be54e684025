import type { ChartDocument, ChartElement } from './svg-document.ts';
import { svgElement } from './svg-document.ts';
import { linePath } from './line-path.ts';
import type { TimelineData } from './timeline-data.ts';

/** Of one column the least, the middle and the most, in px. */
interface Drawn {
  x: number;
  lo: number;
  mid: number;
  hi: number;
}

/** The stretches between interruptions. */
function stretches(rtt: TimelineData['rtt'], toX: (x: number) => number, toY: (y: number) => number): Drawn[][] {
  const found: Drawn[][] = [[]];
  for (const { x, lo, mid, hi } of rtt) {
    if (lo === null || mid === null || hi === null) found.push([]);
    else found.at(-1)?.push({ x: toX(x), lo: toY(lo), mid: toY(mid), hi: toY(hi) });
  }
  return found.filter(({ length }) => length > 0);
}

/** From the least to the most of each column: along the upper edge and back along the lower one. */
function bandPath(parts: readonly Drawn[][]): string {
  const path = linePath();
  for (const part of parts) {
    for (const [index, { x, hi }] of part.entries()) path[index === 0 ? 'moveTo' : 'lineTo'](x, hi);
    for (const { x, lo } of part.toReversed()) path.lineTo(x, lo);
    path.close();
  }
  return path.text();
}

function middlePath(parts: readonly Drawn[][]): string {
  const path = linePath();
  for (const part of parts) {
    for (const [index, { x, mid }] of part.entries()) path[index === 0 ? 'moveTo' : 'lineTo'](x, mid);
    // A column by itself is a line without length, which its round ends make a point.
    if (part.length === 1) path.close();
  }
  return path.text();
}

/**
 * Round trips: a band from the least to the most of each column, and a line through the middles; both are interrupted where answers
 * are missing. The plotting library's own area and line marks copy, group and format every value of every channel, which took most of
 * the time of a report with many timelines.
 */
export function drawEnvelope(document: ChartDocument, rtt: TimelineData['rtt'], toX: (x: number) => number, toY: (y: number) => number, { band, line }: { band: string; line: string }): ChartElement[] {
  const parts = stretches(rtt, toX, toY);
  if (parts.length === 0) return [];
  return [
    svgElement(document, 'path', { d: bandPath(parts), fill: band, stroke: band, 'stroke-width': 0.6, 'stroke-linejoin': 'round' }),
    svgElement(document, 'path', { d: middlePath(parts), fill: 'none', stroke: line, 'stroke-width': 1.2, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' }),
  ];
}

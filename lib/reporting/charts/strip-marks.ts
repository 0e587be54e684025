import { linePath } from './line-path.ts';
import type { Strip } from './strip-data.ts';
import { svgElement, svgNamespace } from './svg-document.ts';
import type { ChartDocument, ChartElement } from './svg-document.ts';
import type { Span } from './timeline-data.ts';
import { colours } from './timeline-layout.ts';
import { pathOf, spansPath } from './timeline-marks.ts';

/** The strip itself, a gap, and the line of late probes below, px. */
const [laneHeight, gap, lateHeight] = [12, 1, 4];
/** What a row of a strip takes, whose middle is that of the strip itself, px. */
export const stripHeight = laneHeight + 2 * (gap + lateHeight);
/** What the legend takes above the strips, px. */
export const legendHeight = 28;

/** Distance of the lines of a hatched stretch, px. */
const hatchPx = 5;
/** Width of a character within a strip, px. */
const letterPx = 5.4;
const hatched = '#dcdcdc';

export interface Lane {
  /** Never outside of the chart. */
  toX: (seconds: number) => number;
  /** Of the row, px. */
  middle: number;
}

/** Lines from the lower left to the upper right through stretches, cut where these end. */
function hatchPath(spans: readonly Span[], toX: Lane['toX'], top: number, bottom: number): string {
  const path = linePath();
  const height = bottom - top;
  for (const { x1, x2 } of spans) {
    const [left, right] = [toX(x1), toX(x2)];
    for (let x = left - height + hatchPx / 2; x < right; x += hatchPx) {
      const [from, to] = [Math.max(x, left), Math.min(x + height, right)];
      if (to <= from) continue;
      path.moveTo(from, bottom - (from - x));
      path.lineTo(to, bottom - (to - x));
    }
  }
  return path.text();
}

/** A stretch without samples says why where there is room for it. */
function drawUnrecorded(document: ChartDocument, unrecorded: Strip['unrecorded'], toX: Lane['toX'], top: number): ChartElement[] {
  const bottom = top + laneHeight;
  return unrecorded.flatMap(({ x1, x2, reason }) => {
    const text = [`no samples: ${reason}`, reason].find(({ length }) => length * letterPx < toX(x2) - toX(x1) - 8) ?? '';
    return [
      ...pathOf(document, spansPath([{ x1, x2 }], toX, top, bottom), { fill: 'white', stroke: colours.text, 'stroke-width': 0.8, 'stroke-dasharray': '3,2' }),
      ...(text === '' ? [] : [svgElement(document, 'text', { x: toX(x1) + 4, y: bottom - 2.8, 'font-size': 9, 'text-anchor': 'start', fill: colours.text }, text)]),
    ];
  });
}

/** One run: light where its probes were answered in time; what is outside of its window is left empty. */
export function drawStrip(document: ChartDocument, { span, lost, late, blind, unrecorded }: Strip, title: string, { toX, middle }: Lane): ChartElement {
  const top = middle - laneHeight / 2;
  const bottom = top + laneHeight;
  const strip = svgElement(document, 'g', { fill: 'none' });
  strip.append(
    svgElement(document, 'title', {}, title),
    ...pathOf(document, spansPath([span], toX, top, bottom), { fill: colours.strip, stroke: colours.frame, 'stroke-width': 0.8 }),
    ...pathOf(document, spansPath(blind, toX, top, bottom), { fill: hatched, stroke: colours.line, 'stroke-width': 0.5 }),
    ...pathOf(document, hatchPath(blind, toX, top, bottom), { stroke: colours.line, 'stroke-width': 1 }),
    ...drawUnrecorded(document, unrecorded, toX, top),
    ...pathOf(document, spansPath(lost, toX, top, bottom), { fill: colours.lost }),
    ...pathOf(document, spansPath(late, toX, bottom + gap, bottom + gap + lateHeight), { fill: colours.late }),
  );
  return strip;
}

/** What the marks mean, each drawn as in a strip. */
export function drawLegend(document: ChartDocument, width: number): ChartElement {
  const whole = { x1: 0, x2: 1 };
  const none: Strip = { span: whole, begin: 0, lost: [], late: [], blind: [], unrecorded: [], counts: { sent: 0, lost: 0, late: 0 } };
  const part = { x1: 0.25, x2: 0.75 };
  const entries: readonly (readonly [string, Strip])[] = [
    ['answered in time', none],
    ['lost', { ...none, lost: [part] }],
    ['late (below the strip)', { ...none, late: [part] }],
    ['blind: nobody looked', { ...none, blind: [part] }],
    ['no samples', { ...none, unrecorded: [{ ...part, reason: '' }] }],
  ];
  const entryPx = (width - 14) / entries.length;
  const legend = svgElement(document, 'svg', { xmlns: svgNamespace, width, height: legendHeight, viewBox: `0 0 ${width} ${legendHeight}`, 'font-size': 11, fill: colours.text });
  for (const [index, [name, strip]] of entries.entries()) {
    const left = 14 + index * entryPx;
    legend.append(drawStrip(document, strip, name, { toX: (x) => left + x * 40, middle: legendHeight / 2 - 2 }), svgElement(document, 'text', { x: left + 48, y: legendHeight / 2 + 1 }, name));
  }
  return legend;
}

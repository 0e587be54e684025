import * as Plot from '@observablehq/plot';
import { oneLine } from '../plain-text.ts';
import { chartDocument, svgElement } from './svg-document.ts';
import type { ChartDocument, ChartElement } from './svg-document.ts';
import { svgSheet } from './svg.ts';
import type { TimelineData } from './timeline-data.ts';
import { axisHeight, colours, headHeight, marginLeft, marginRight, width } from './timeline-layout.ts';

export interface TimeSheetOptions extends Pick<TimelineData, 'origin' | 'span'> {
  title: string;
  description: string;
  /** Room between the heading and the axis of time, px. */
  contentHeight: number;
  /** Draws into that room, whose upper edge is 0; `toX` takes seconds and stays within the axis. */
  draw: (document: ChartDocument, toX: (seconds: number) => number) => readonly ChartElement[];
}

/**
 * A standalone SVG over the time of a scenario, 1000 px wide: a heading, what is drawn, and the axis of time below. The plotting library
 * makes the axis; what stands above it is drawn by marks of our own, which write thousands of points in few letters.
 */
export function timeSheet({ origin, span, title, description, contentHeight, draw }: TimeSheetOptions): string {
  const document = chartDocument();
  const height = contentHeight + axisHeight;
  const element = Plot.plot({
    document,
    width,
    height,
    marginLeft,
    marginRight,
    marginTop: 0,
    marginBottom: axisHeight,
    style: { fontSize: '11px', color: colours.text },
    x: { domain: [span.x1, span.x2], label: origin === 'fault' ? 'seconds since the fault was injected' : 'seconds since the scenario began', labelAnchor: 'center', labelArrow: 'none' },
    marks: [
      (_index, { x }) => {
        const group = svgElement(document, 'g', { 'text-anchor': 'start' });
        group.append(...draw(document, (seconds) => Math.min(Math.max(Number(x?.(seconds)), marginLeft), width - marginRight)));
        return group;
      },
    ],
  });
  return svgSheet({ document, width, height: headHeight + height, title: oneLine(title), description: oneLine(description), panels: [{ element, y: headHeight }] });
}

import * as Plot from '@observablehq/plot';
import { oneLine } from '../plain-text.ts';
import { linePath } from './line-path.ts';
import { chartDocument, svgElement } from './svg-document.ts';
import type { ChartDocument, ChartElement } from './svg-document.ts';
import { svgSheet } from './svg.ts';
import type { TimelineData } from './timeline-data.ts';
import { axisHeight, colours, headHeight, innerWidth, marginLeft, marginRight, width } from './timeline-layout.ts';

export interface TimeSheetOptions extends Pick<TimelineData, 'origin' | 'span'> {
  title: string;
  description: string;
  /** Room between the heading and the axis of time, px. */
  contentHeight: number;
  /** Room below the axis of time, px, from `contentHeight + axisHeight` on. */
  footHeight?: number;
  /** Draws into that room, whose upper edge is 0; `toX` takes seconds and stays within the axis. */
  draw: (document: ChartDocument, toX: (seconds: number) => number) => readonly ChartElement[];
}

/** The scale of time as the plotting library hands it to a mark: a function with what axes need. */
interface TimeScale {
  (seconds: number): number;
  ticks(about: number): number[];
  tickFormat(about: number): (seconds: number) => string;
}

const aboutTicks = 12;
const tickPx = 6;

/** The axis of time: its ticks from `top` down, their values, and what it shows. */
function drawAxis(document: ChartDocument, x: TimeScale, top: number, label: string): ChartElement {
  const axis = svgElement(document, 'g', { 'text-anchor': 'middle' });
  const [lines, say] = [linePath(), x.tickFormat(aboutTicks)];
  const texts = x.ticks(aboutTicks).map((seconds) => {
    lines.moveTo(x(seconds), top);
    lines.lineTo(x(seconds), top + tickPx);
    return svgElement(document, 'text', { x: x(seconds), y: top + 17 }, say(seconds));
  });
  axis.append(svgElement(document, 'path', { d: lines.text(), fill: 'none', stroke: 'currentColor' }), ...texts, svgElement(document, 'text', { x: marginLeft + innerWidth / 2, y: top + 31 }, label));
  return axis;
}

/**
 * A standalone SVG over the time of a scenario, 1000 px wide: a heading, what is drawn, and the axis of time below. The plotting library
 * makes the scale; axis and what stands above it are drawn by marks of our own, which write thousands of points in few letters. Its own
 * axis took more than half of the time that a timeline takes.
 */
export function timeSheet({ origin, span, title, description, contentHeight, footHeight = 0, draw }: TimeSheetOptions): string {
  const document = chartDocument();
  const height = contentHeight + axisHeight + footHeight;
  const element = Plot.plot({
    document,
    width,
    height,
    marginLeft,
    marginRight,
    marginTop: 0,
    marginBottom: axisHeight,
    style: { fontSize: '11px', color: colours.text },
    x: { domain: [span.x1, span.x2], axis: null },
    marks: [
      (_index, scales) => {
        const x = scales.x as unknown as TimeScale;
        const group = svgElement(document, 'g', { 'text-anchor': 'start' });
        group.append(
          drawAxis(document, x, contentHeight, origin === 'fault' ? 'seconds since the fault was injected' : 'seconds since the scenario began'),
          ...draw(document, (seconds) => Math.min(Math.max(x(seconds), marginLeft), width - marginRight)),
        );
        return group;
      },
    ],
  });
  return svgSheet({ document, width, height: headHeight + height, title: oneLine(title), description: oneLine(description), panels: [{ element, y: headHeight }] });
}

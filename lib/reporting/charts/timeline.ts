import * as Plot from '@observablehq/plot';
import { oneLine } from '../plain-text.ts';
import { staggerLabels } from './label-rows.ts';
import type { Label } from './label-rows.ts';
import { logTicks } from './log-ticks.ts';
import { chartDocument, svgElement } from './svg-document.ts';
import { svgSheet } from './svg.ts';
import type { TimelineData } from './timeline-data.ts';
import { axisHeight, colours, headHeight, innerWidth, marginLeft, marginRight, width } from './timeline-layout.ts';
import { drawBands, drawLabels, drawRoundTrips, drawStrips } from './timeline-marks.ts';
import type { Frame } from './timeline-marks.ts';

const labelRows = 8;
const labelRowPx = 15;
const rttHeight = 210;
const stripsHeight = 50;

export interface TimelineTexts {
  /** Scenario and probe. */
  title: string;
  /** Target, engine, period and thresholds. */
  description: string;
}

/**
 * The timeline of one probe as a standalone SVG, 1000 px wide: round trips on a logarithmic axis, lost, late and blind in strips of
 * their own below, the fault and what was measured as bands, phases and marks as labelled lines above. The plotting library makes scales,
 * axes and grid; what it holds is drawn by marks of our own, which write thousands of points in few letters.
 */
export function renderTimeline(data: TimelineData, { title, description }: TimelineTexts): string {
  const document = chartDocument();
  const labels = staggerLabels(labelsOf(data), { widthPx: innerWidth, rows: labelRows });
  const labelsHeight = Math.max(0, ...labels.map(({ row }) => row + 1)) * labelRowPx + 6;
  const [top, bottom] = [labelsHeight + 4, labelsHeight + rttHeight - 8];
  const stripsTop = labelsHeight + rttHeight;
  const height = stripsTop + stripsHeight + axisHeight;
  const [least, most] = roundTripEnds(data);
  const element = Plot.plot({
    document,
    width,
    height,
    marginLeft,
    marginRight,
    marginTop: 0,
    marginBottom: axisHeight,
    style: { fontSize: '11px', color: colours.text },
    x: { domain: [data.span.x1, data.span.x2], label: data.origin === 'fault' ? 'seconds since the fault was injected' : 'seconds since the scenario began', labelAnchor: 'center', labelArrow: 'none' },
    y: { type: 'log', domain: [least, most], range: [bottom, top], axis: null },
    marks: [
      (_index, { x, y }) => {
        const frame: Frame = { document, top, bottom, toX: (value) => Math.min(Math.max(Number(x?.(value)), marginLeft), width - marginRight), toY: (value) => Number(y?.(value)) };
        const group = svgElement(document, 'g', { 'text-anchor': 'start' });
        group.append(...drawBands(frame, data), ...drawRoundTrips(frame, data, logTicks(least, most)), ...drawStrips(frame, data, stripsTop, stripsHeight), ...drawLabels(frame, labels, labelsHeight, labelRowPx));
        return group;
      },
    ],
  });
  return svgSheet({ document, width, height: headHeight + height, title: oneLine(title), description: oneLine(description), panels: [{ element, y: headHeight }] });
}

/** Ends of the axis of round trips, ms. */
function roundTripEnds({ rtt, late }: TimelineData): [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const { lo, hi } of rtt) if (lo !== null && hi !== null) [least, most] = [Math.min(least, lo), Math.max(most, hi)];
  for (const { rtt: value } of late) [least, most] = [Math.min(least, value), Math.max(most, value)];
  if (most === 0) return [0.1 / 1.6, 16];
  return [least / 1.6, Math.max(most * 1.6, least * 10)];
}

function say(seconds: number): string {
  return seconds < 10 ? `${seconds.toFixed(2)} s` : `${seconds.toFixed(1)} s`;
}

/** Everything that wants a label: the fault and its phases get their place before windows and marks; from the right, so that lines do not cross. */
function labelsOf(data: TimelineData): Label[] {
  const { x1, x2 } = data.span;
  const label = (x: number, text: string): Label => ({ x: Math.max(0, ((x - x1) / (x2 - x1)) * innerWidth), text: oneLine(text) });
  const moves = data.windows.filter(({ title }) => title !== 'measured');
  const groups = [
    [...data.faults.map((fault) => label(fault.x1, fault.title)), ...data.phases.map(({ x, title }) => label(x, `${title} ${say(x)}`))],
    moves.map((move) => label(move.x1, move.title)),
    data.marks.filter(({ title }) => !moves.some((move) => title.includes(move.title))).map(({ x, title }) => label(x, title)),
  ];
  return groups.flatMap((group) => group.toSorted((a, b) => b.x - a.x));
}

import * as Plot from '@observablehq/plot';
import { oneLine } from '../plain-text.ts';
import { staggerLabels } from './label-rows.ts';
import type { Label, PlacedLabel } from './label-rows.ts';
import { chartDocument, svgSheet } from './svg.ts';
import type { ChartElement } from './svg.ts';
import type { TimelineData } from './timeline-data.ts';

const width = 1000;
const marginLeft = 62;
const marginRight = 14;
const labelRows = 8;
const labelRowPx = 15;
const rttHeight = 210;
const stripHeight = 84;
const headHeight = 44;

/** Colours that differ in lightness as well, so that they are told apart in greyscale. */
const colours = { rtt: '#1f5a96', band: '#a9c4de', late: '#d98200', lost: '#a10020', blind: '#8a8a8a', fault: '#f8e4e4', phase: '#efcccc', window: '#e9eef3', line: '#555', text: '#222' };

export interface TimelineTexts {
  /** Scenario and probe. */
  title: string;
  /** Target, engine, period and thresholds. */
  description: string;
}

/**
 * The timeline of one probe as a standalone SVG, 1000 px wide: round trips on a logarithmic axis, lost, late and blind in strips of
 * their own below, the fault and what was measured as bands, phases and marks as labelled lines above.
 */
export function renderTimeline(data: TimelineData, { title, description }: TimelineTexts): string {
  const document = chartDocument();
  const innerWidth = width - marginLeft - marginRight;
  const toPx = (x: number): number => ((x - data.span.x1) / (data.span.x2 - data.span.x1)) * innerWidth;
  const labels = staggerLabels(labelsOf(data, toPx), { widthPx: innerWidth, rows: labelRows });
  const usedRows = Math.max(0, ...labels.map(({ row }) => row + 1));
  const labelsHeight = usedRows * labelRowPx + 6;
  const common = { document, width, marginLeft, marginRight, x: { domain: [data.span.x1, data.span.x2], label: null }, style: { background: 'none', fontSize: '11px', color: colours.text } };
  const panels = [
    { element: labelsPanel(labels, data, common, labelsHeight, innerWidth), y: headHeight },
    { element: rttPanel(data, common), y: headHeight + labelsHeight },
    { element: stripPanel(data, common), y: headHeight + labelsHeight + rttHeight },
  ];
  return svgSheet({ document, width, height: headHeight + labelsHeight + rttHeight + stripHeight, title: oneLine(title), description: oneLine(description), panels });
}

type Common = Pick<Plot.PlotOptions, 'document' | 'width' | 'marginLeft' | 'marginRight' | 'x' | 'style'>;

function say(seconds: number): string {
  return seconds < 10 ? `${seconds.toFixed(2)} s` : `${seconds.toFixed(1)} s`;
}

/** Everything that wants a label: the fault and its phases get their place before windows and marks; from the right, so that lines do not cross. */
function labelsOf(data: TimelineData, toPx: (x: number) => number): Label[] {
  const label = (x: number, text: string): Label => ({ x: Math.max(0, toPx(x)), text: oneLine(text) });
  const moves = data.windows.filter(({ title }) => title !== 'measured');
  const groups = [
    [...data.faults.map(({ x1, title }) => label(x1, title)), ...data.phases.map(({ x, title }) => label(x, `${title} ${say(x)}`))],
    moves.map(({ x1, title }) => label(x1, title)),
    data.marks.filter(({ title }) => !moves.some((move) => title.includes(move.title))).map(({ x, title }) => label(x, title)),
  ];
  return groups.flatMap((group) => group.toSorted((a, b) => b.x - a.x));
}

function labelsPanel(labels: readonly PlacedLabel[], data: TimelineData, common: Common, height: number, innerWidth: number): ChartElement {
  const rows = labels.map(({ x, text, row, anchor }) => ({ x: data.span.x1 + (x / innerWidth) * (data.span.x2 - data.span.x1), text, y: height - 8 - row * labelRowPx, anchor }));
  const textsTowards = (anchor: 'start' | 'end'): Plot.Markish => Plot.text(rows.filter((row) => row.anchor === anchor), { x: 'x', y: 'y', text: 'text', textAnchor: anchor, dx: anchor === 'start' ? 3 : -3, fill: colours.text, fontSize: 11 });
  return Plot.plot({
    ...common,
    height,
    marginTop: 0,
    marginBottom: 0,
    x: { ...common.x, axis: null },
    y: { domain: [height, 0], range: [height, 0], axis: null },
    marks: [Plot.ruleX(rows, { x: 'x', y1: () => height, y2: 'y', stroke: colours.line, strokeWidth: 0.8 }), textsTowards('start'), textsTowards('end')],
  });
}

/** Every other stretch between two phases, so that neighbours differ. */
function phaseBands({ faults, phases }: TimelineData): { x1: number; x2: number }[] {
  const edges = [...faults.slice(0, 1).map(({ x1 }) => x1), ...phases.map(({ x }) => x)].toSorted((a, b) => a - b);
  return edges.slice(1).map((x2, index) => ({ x1: edges[index] ?? x2, x2 })).filter((_, index) => index % 2 === 1);
}

function rttPanel(data: TimelineData, common: Common): ChartElement {
  const values = [...data.rtt.flatMap(({ lo, hi }) => (lo === null || hi === null ? [] : [lo, hi])), ...data.late.map(({ rtt }) => rtt)];
  const least = values.length === 0 ? 0.1 : values.reduce((a, b) => Math.min(a, b));
  const most = values.length === 0 ? 10 : values.reduce((a, b) => Math.max(a, b));
  return Plot.plot({
    ...common,
    height: rttHeight,
    marginTop: 4,
    marginBottom: 8,
    x: { ...common.x, axis: null },
    y: { type: 'log', domain: [least / 1.6, Math.max(most * 1.6, least * 10)], label: 'round trip, ms', labelAnchor: 'center', labelArrow: 'none', grid: true, ticks: 5, tickFormat: (value: number) => String(Number(value.toPrecision(2))) },
    marks: [
      Plot.rectX(data.faults, { x1: 'x1', x2: 'x2', fill: colours.fault }),
      Plot.rectX(phaseBands(data), { x1: 'x1', x2: 'x2', fill: colours.phase, fillOpacity: 0.6 }),
      Plot.rectX(data.windows, { x1: 'x1', x2: 'x2', fill: colours.window, fillOpacity: data.faults.length > 0 ? 0 : 0.8, stroke: '#b8c4d0', strokeDasharray: '2,3' }),
      Plot.ruleX(data.phases, { x: 'x', stroke: colours.line, strokeWidth: 0.8, strokeDasharray: '3,2' }),
      Plot.ruleX(data.faults, { x: 'x1', stroke: colours.lost, strokeWidth: 1.2 }),
      Plot.ruleX(data.marks, { x: 'x', stroke: colours.line, strokeWidth: 0.6, strokeDasharray: '1,3' }),
      Plot.areaY(data.rtt, { x: 'x', y1: 'lo', y2: 'hi', fill: colours.band, stroke: colours.band, strokeWidth: 0.6 }),
      Plot.lineY(data.rtt, { x: 'x', y: 'mid', stroke: colours.rtt, strokeWidth: 1.2, strokeLinecap: 'round' }),
      Plot.dot(data.late, { x: 'x', y: 'rtt', r: 2.6, symbol: 'triangle', fill: colours.late }),
      Plot.frame({ stroke: '#bbb' }),
    ],
  });
}

/** A stretch must stay visible however short it is, px. */
const leastPx = 1.5;

function stripPanel(data: TimelineData, common: Common): ChartElement {
  const leastS = (leastPx / (width - marginLeft - marginRight)) * (data.span.x2 - data.span.x1);
  const visible = (spans: readonly { x1: number; x2: number }[], strip: string): { x1: number; x2: number; strip: string }[] => spans.map(({ x1, x2 }) => ({ x1, x2: Math.max(x2, x1 + leastS), strip }));
  const late = data.late.map(({ x }) => ({ x1: x, x2: x }));
  const strips = [[visible(data.lost, 'lost'), colours.lost], [visible(late, 'late'), colours.late], [visible(data.blind, 'blind'), colours.blind]] as const;
  return Plot.plot({
    ...common,
    height: stripHeight,
    marginTop: 0,
    marginBottom: 34,
    x: { ...common.x, label: data.origin === 'fault' ? 'seconds since the fault was injected' : 'seconds since the scenario began', labelAnchor: 'center', labelArrow: 'none' },
    y: { type: 'band', domain: ['lost', 'late', 'blind'], label: null, padding: 0.15, tickSize: 0 },
    marks: [
      Plot.barX(['lost', 'late', 'blind'].map((strip) => ({ strip, ...data.span })), { x1: 'x1', x2: 'x2', y: 'strip', fill: '#f2f2f2' }),
      ...strips.map(([spans, fill]) => Plot.barX(spans, { x1: 'x1', x2: 'x2', y: 'strip', fill })),
    ],
  });
}


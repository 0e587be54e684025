import { oneLine } from '../plain-text.ts';
import { drawEnvelope } from './envelope.ts';
import type { PlacedLabel } from './label-rows.ts';
import { linePath } from './line-path.ts';
import type { LinePath } from './line-path.ts';
import { svgElement } from './svg-document.ts';
import type { ChartDocument, ChartElement } from './svg-document.ts';
import type { Span, TimelineData } from './timeline-data.ts';
import { colours, innerWidth, marginLeft, marginRight, width } from './timeline-layout.ts';

/** Where things are drawn: from `top` to `bottom`, px; seconds and values to px. */
export interface Frame {
  document: ChartDocument;
  top: number;
  bottom: number;
  /** Never outside of the frame. */
  toX: (seconds: number) => number;
  toY: (value: number) => number;
}

type Attributes = Record<string, string | number>;

/** A stretch must stay visible however short it is, px. */
const leastPx = 1.5;

function addRectangle(path: LinePath, x1: number, x2: number, top: number, bottom: number): void {
  path.moveTo(x1, top);
  path.lineTo(x2, top);
  path.lineTo(x2, bottom);
  path.lineTo(x1, bottom);
  path.close();
}

/** Stretches as one path; those that touch are drawn as one. */
export function spansPath(spans: readonly Span[], toX: Frame['toX'], top: number, bottom: number): string {
  const path = linePath();
  let [from, to] = [0, -1];
  const flush = (): void => {
    if (to >= from) addRectangle(path, from, to, top, bottom);
  };
  for (const { x1, x2 } of spans.toSorted((a, b) => a.x1 - b.x1)) {
    const left = toX(x1);
    const right = Math.max(toX(x2), left + leastPx);
    if (left > to || to < from) {
      flush();
      [from, to] = [left, right];
    } else to = Math.max(to, right);
  }
  flush();
  return path.text();
}

export function pathOf(document: ChartDocument, d: string, attributes: Attributes): ChartElement[] {
  return d === '' ? [] : [svgElement(document, 'path', { d, ...attributes })];
}

/** Vertical lines as one path. */
function rules({ document, toX, top, bottom }: Frame, moments: readonly number[], attributes: Attributes): ChartElement[] {
  const path = linePath();
  for (const moment of moments) {
    path.moveTo(toX(moment), top);
    path.lineTo(toX(moment), bottom);
  }
  return pathOf(document, path.text(), { fill: 'none', ...attributes });
}

/** A vertical line that says what it is where a pointer rests on it. */
function titledRule(frame: Frame, { x, title }: { x: number; title: string }, attributes: Attributes): ChartElement[] {
  const lines = rules(frame, [x], attributes);
  for (const line of lines) line.append(svgElement(frame.document, 'title', {}, oneLine(title)));
  return lines;
}

/** Every other stretch between two phases, so that neighbours differ. */
function phaseBands({ faults, phases }: Pick<TimelineData, 'faults' | 'phases'>): Span[] {
  const edges = [...faults.slice(0, 1).map(({ x1 }) => x1), ...phases.map(({ x }) => x)].toSorted((a, b) => a - b);
  return edges.slice(1).map((x2, index) => ({ x1: edges[index] ?? x2, x2 })).filter((_, index) => index % 2 === 1);
}

/** The fault and its phases, what was measured, and the moments of phases, faults and marks. */
export function drawBands(frame: Frame, data: Pick<TimelineData, 'faults' | 'phases' | 'windows' | 'marks'>): ChartElement[] {
  const { document, toX, top, bottom } = frame;
  const windows = data.windows.flatMap(({ x1, x2 }) => pathOf(document, spansPath([{ x1, x2 }], toX, top, bottom), { fill: colours.window, 'fill-opacity': data.faults.length > 0 ? 0 : 0.8, stroke: '#b8c4d0', 'stroke-dasharray': '2,3' }));
  return [
    ...pathOf(document, spansPath(data.faults, toX, top, bottom), { fill: colours.fault }),
    ...pathOf(document, spansPath(phaseBands(data), toX, top, bottom), { fill: colours.phase, 'fill-opacity': 0.6 }),
    ...windows,
    ...rules(frame, data.phases.map(({ x }) => x), { stroke: colours.line, 'stroke-width': 0.8, 'stroke-dasharray': '3,2' }),
    ...rules(frame, data.faults.map(({ x1 }) => x1), { stroke: colours.lost, 'stroke-width': 1.2 }),
    ...data.marks.flatMap((mark) => titledRule(frame, mark, { stroke: colours.line, 'stroke-width': 0.9, 'stroke-dasharray': '1,3' })),
  ];
}

/** A horizontal axis line with its value at each tick, and what the axis shows. */
export function drawScale({ document, top, bottom, toY }: Frame, ticks: readonly number[], label: string): ChartElement[] {
  const texts = svgElement(document, 'g', { 'text-anchor': 'end' });
  texts.append(...ticks.map((tick) => svgElement(document, 'text', { x: marginLeft - 6, y: toY(tick) + 4 }, String(tick))));
  const grid = linePath();
  for (const tick of ticks) {
    grid.moveTo(marginLeft - 4, toY(tick));
    grid.lineTo(width - marginRight, toY(tick));
  }
  return [
    ...pathOf(document, grid.text(), { fill: 'none', stroke: 'currentColor', 'stroke-opacity': 0.15 }),
    texts,
    svgElement(document, 'text', { transform: `translate(14,${Math.round((top + bottom) / 2)}) rotate(-90)`, 'text-anchor': 'middle' }, label),
    svgElement(document, 'rect', { x: marginLeft, y: top, width: innerWidth, height: bottom - top, fill: 'none', stroke: colours.frame }),
  ];
}

/** Late answers as triangles; those that would lie exactly on another are drawn once. */
function latePath({ toX, toY }: Frame, late: TimelineData['late']): string {
  const path = linePath();
  const drawn = new Set<string>();
  for (const { x, rtt } of late) {
    const [px, py] = [toX(x), toY(rtt)];
    const place = `${px.toFixed(1)},${py.toFixed(1)}`;
    if (drawn.has(place)) continue;
    drawn.add(place);
    path.moveTo(px, py - 3.5);
    path.lineTo(px + 3, py + 1.7);
    path.lineTo(px - 3, py + 1.7);
    path.close();
  }
  return path.text();
}

/** Round trips of answers in time, and of late ones one by one. */
export function drawRoundTrips(frame: Frame, data: TimelineData, ticks: readonly number[]): ChartElement[] {
  const { document, toX, toY } = frame;
  return [...drawScale(frame, ticks, 'round trip, ms'), ...drawEnvelope(document, data.rtt, toX, toY, { band: colours.band, line: colours.rtt }), ...pathOf(document, latePath(frame, data.late), { fill: colours.late })];
}

/** What was lost, late and not looked at, each in a strip of its own from `top` on. */
export function drawStrips({ document, toX }: Frame, data: TimelineData, top: number, height: number): ChartElement[] {
  const strips = [['lost', data.lost, colours.lost], ['late', data.late.map(({ x }) => ({ x1: x, x2: x })), colours.late], ['blind', data.blind, colours.blind]] as const;
  const stripHeight = height / strips.length;
  return strips.flatMap(([name, spans, fill], index) => {
    const [from, to] = [top + index * stripHeight + 1, top + (index + 1) * stripHeight - 1];
    return [
      svgElement(document, 'text', { x: marginLeft - 6, y: (from + to) / 2 + 4, 'text-anchor': 'end' }, name),
      svgElement(document, 'rect', { x: marginLeft, y: from, width: innerWidth, height: to - from, fill: colours.strip }),
      ...pathOf(document, spansPath(spans, toX, from, to), { fill }),
    ];
  });
}

/** Texts above the frame, each with a line down to it; their places are px from the left of the frame. */
export function drawLabels({ document }: Pick<Frame, 'document'>, labels: readonly PlacedLabel[], height: number, rowPx: number): ChartElement[] {
  const lines = linePath();
  const texts = labels.map(({ x, text, row, anchor }) => {
    const [px, y] = [marginLeft + x, height - 8 - row * rowPx];
    lines.moveTo(px, height);
    lines.lineTo(px, y);
    return svgElement(document, 'text', { x: px + (anchor === 'start' ? 3 : -3), y: y + 4, 'text-anchor': anchor, fill: colours.text }, text);
  });
  return [...pathOf(document, lines.text(), { fill: 'none', stroke: colours.line, 'stroke-width': 0.8 }), ...texts];
}

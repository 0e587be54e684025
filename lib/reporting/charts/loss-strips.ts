import * as Plot from '@observablehq/plot';
import { oneLine } from '../plain-text.ts';
import { labelAxis } from './label-axis.ts';
import { sideStyle } from './side-style.ts';
import type { Strip } from './strip-data.ts';
import type { Span } from './timeline-data.ts';
import { drawLegend, drawStrip, legendHeight, stripHeight } from './strip-marks.ts';
import { chartDocument, svgElement } from './svg-document.ts';
import { svgSheet } from './svg.ts';

/** A run in a chart of strips, or why it has none. */
export interface StripRow {
  /** In lines: which run it is, and which scenario and move of it where it has several. */
  label: readonly string[];
  /** What its figure is, for whoever points at it. */
  title: string;
  strip: Strip | { missing: string };
}

export interface StripSide {
  name: string;
  rows: readonly StripRow[];
  /** Which of its runs are not drawn, in words; null: none. */
  leftOut: string | null;
}

export interface LossStripsOptions {
  title: string;
  description: string;
  /** What the moment 0 is: `the fault was commanded`. */
  origin: string;
  sides: readonly StripSide[];
}

const width = 1000;
const headHeight = 44;
const axisHeight = 44;
const marginRight = 16;
/** Room for the symbol of a side between the labels and the strips, px. */
const symbolPx = 20;
/** Width of a character within the chart, px. */
const letterPx = 6;
/** Shares of the axis: before the moment 0, and behind the last of what is not an answer in time. */
const [leadShare, tailShare] = [0.05, 0.12];

/** Everything in a strip that is not an answer in time. */
const troubles = ({ lost, late, blind, unrecorded }: Strip): Span[] => [...lost, ...late, ...blind, ...unrecorded];

/**
 * The ends of the axis, s. Where every probe of every strip was answered in time from some moment on, the axis ends a little behind that
 * moment. It begins a little before the moment 0, or with the first of what a window holds before.
 */
export function stripEnds(strips: readonly Strip[]): { from: number; to: number; isCut: boolean } {
  const least = (values: readonly number[]): number => values.reduce((found, value) => Math.min(found, value), 0);
  const most = (values: readonly number[]): number => values.reduce((found, value) => Math.max(found, value), 0);
  const whole = most(strips.map(({ span }) => span.x2));
  const last = most(strips.flatMap((strip) => troubles(strip).map(({ x2 }) => x2)));
  const to = last === 0 ? whole : Math.min(whole, last * (1 + tailShare));
  const first = least(strips.flatMap((strip) => troubles(strip).filter(({ x2 }) => x2 > strip.begin).map(({ x1 }) => Math.max(x1, strip.begin))));
  return { from: Math.max(least(strips.map(({ span }) => span.x1)), Math.min(first, -leadShare * to)), to, isCut: to < whole };
}

/** What of a strip lies on the axis: what ends before it is not to stand at its edge. */
function onAxis(strip: Strip, from: number): Strip {
  const [lost, late, blind] = [strip.lost, strip.late, strip.blind].map((spans) => spans.filter(({ x2 }) => x2 > from));
  return { ...strip, lost: lost ?? [], late: late ?? [], blind: blind ?? [], unrecorded: strip.unrecorded.filter(({ x2 }) => x2 > from) };
}

interface PlacedRow extends StripRow {
  side: number;
}

interface Note {
  side: number;
  note: string;
}

const labelOf = (row: PlacedRow | Note | undefined): string => (row === undefined || 'note' in row ? '' : row.label.map(oneLine).join('\n'));

/** What stands in the place of a strip, no longer than the room for it. */
function sayWithin(text: string, px: number): string {
  const most = Math.floor(px / letterPx);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/**
 * A strip a run, each with its moment 0 in one place: lost probes dark over the whole strip, late ones in a line of their own below, hatched
 * where nobody looked, a dashed frame where samples are missing. A run without a strip says why, and so does a side whose runs are not
 * all drawn. Null where no run has a strip.
 */
export function renderLossStrips({ title, description, origin, sides }: LossStripsOptions): string | null {
  const rows: (PlacedRow | Note)[] = sides.flatMap(({ rows: ofSide, leftOut }, side) => [...ofSide.map((row) => ({ ...row, side })), ...(leftOut === null ? [] : [{ side, note: leftOut }])]);
  const runs = rows.filter((row) => 'strip' in row);
  const strips = runs.flatMap(({ strip }) => ('missing' in strip ? [] : [strip]));
  if (strips.length === 0) return null;
  const ends = stripEnds(strips);
  const document = chartDocument();
  const labels = labelAxis(runs.map(labelOf));
  const marginLeft = labels.marginLeft + symbolPx;
  const inner = width - marginLeft - marginRight;
  const rowHeight = Math.max(stripHeight + 2, labels.leastRowHeight);
  const height = rows.length * rowHeight + axisHeight;
  const room = (inner * ends.to) / (ends.to - ends.from) - 8;
  const texts = rows.flatMap((row, y) => {
    if ('note' in row) return [{ y, text: sayWithin(row.note, room), title: row.note }];
    return 'missing' in row.strip ? [{ y, text: sayWithin(`no strip: ${row.strip.missing}`, room), title: `${row.title}: ${row.strip.missing}` }] : [];
  });
  const element = Plot.plot({
    document,
    width,
    height,
    marginLeft,
    marginRight,
    marginTop: 4,
    marginBottom: 40,
    style: { fontSize: '11px' },
    x: { domain: [ends.from, ends.to], label: `seconds since ${origin}${ends.isCut ? '; behind the end of the axis every probe of these strips was answered in time' : ''}`, labelAnchor: 'center', labelArrow: 'none', grid: true },
    y: { domain: [-0.5, rows.length - 0.5], reverse: true, ticks: rows.map((_, y) => y), tickFormat: (y: number) => labels.say(labelOf(rows[y])), tickSize: 0, tickPadding: symbolPx, label: null },
    marks: [
      (_index, scales) => {
        const [x, y] = [scales.x, scales.y].map((scale) => scale as unknown as (value: number) => number);
        const group = svgElement(document, 'g', {});
        if (x === undefined || y === undefined) return group;
        const toX = (seconds: number): number => Math.min(Math.max(x(seconds), marginLeft), width - marginRight);
        for (const [place, row] of rows.entries()) if ('strip' in row && !('missing' in row.strip)) group.append(drawStrip(document, onAxis(row.strip, ends.from), oneLine(row.title), { toX, middle: y(place) }));
        return group;
      },
      Plot.ruleY(rows.flatMap((row, y) => (y > 0 && rows[y - 1]?.side !== row.side ? [y - 0.5] : [])), { stroke: '#999' }),
      Plot.ruleX([0], { stroke: '#111', strokeWidth: 1.2 }),
      Plot.dot(rows.flatMap((row, y) => ('strip' in row ? [{ y, ...sideStyle(row.side) }] : [])), { frameAnchor: 'left', dx: -symbolPx / 2, y: 'y', symbol: 'symbol', fill: 'fill', stroke: '#111', strokeWidth: 0.8, r: 4 }),
      Plot.text(texts, { x: 0, dx: 6, y: 'y', text: 'text', title: 'title', textAnchor: 'start', fill: '#444', stroke: 'white', strokeWidth: 3 }),
    ],
    symbol: { type: 'identity' },
    color: { type: 'identity' },
  });
  return svgSheet({
    document,
    width,
    height: headHeight + legendHeight + height,
    title: oneLine(title),
    description: oneLine(description),
    panels: [{ element: drawLegend(document, width), y: headHeight }, { element, y: headHeight + legendHeight }],
  });
}

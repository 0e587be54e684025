import * as Plot from '@observablehq/plot';
import { sayValue } from '../../judgement/wording.ts';
import { labelAxis } from './label-axis.ts';
import { logTicks } from './log-axis.ts';
import { sideStyle } from './side-style.ts';
import { chartDocument } from './svg-document.ts';
import { svgSheet } from './svg.ts';

/** A measurement with the median of each side; null where a side has none. */
export interface SideBySideRow {
  label: string;
  medians: readonly ({ median: number; lo: number; hi: number } | null)[];
}

export interface SideBySideOptions {
  title: string;
  description: string;
  names: readonly string[];
  rows: readonly SideBySideRow[];
}

const width = 1000;
const headHeight = 44;
const legendHeight = 30;
const rowHeight = 26;
const axisHeight = 44;
/** Width of a character of a value, px. */
const valuePx = 6.4;
/** Nothing shorter is shown as shorter, ms: the axis is logarithmic. */
const least = 1;

/** Ticks, said as people say them. */
const tickWord = (ms: number): string => (ms < 1000 ? `${ms} ms` : ms < 3_600_000 ? `${ms / 1000} s` : `${ms / 3_600_000} h`);

/** The medians of all measurements of all sides on one logarithmic axis, each with its 95 % interval and, at the right, its value. Null without a median. */
export function renderSideBySide({ title, description, names, rows }: SideBySideOptions): string | null {
  const shown = rows.filter(({ medians }) => medians.some((median) => median !== null));
  if (shown.length === 0) return null;
  const at = (ms: number): number => Math.max(least, ms);
  const points = shown.flatMap(({ medians }, row) => medians.flatMap((found, side) => (found === null ? [] : [{ row, y: row + (side - (names.length - 1) / 2) * 0.22, x: at(found.median), lo: at(found.lo), hi: at(found.hi), ...sideStyle(side), title: `${names[side] ?? ''}: ${sayValue(found.median, 'ms')}` }])));
  const links = shown.map((_, row) => points.filter((point) => point.row === row).map(({ x }) => x)).flatMap((xs, row) => (xs.length < 2 ? [] : [{ y: row, from: Math.min(...xs), to: Math.max(...xs) }]));
  const lowest = 10 ** Math.floor(Math.log10(Math.min(...points.map(({ lo }) => lo))));
  const highest = 10 ** Math.ceil(Math.log10(Math.max(...points.map(({ hi }) => hi), lowest * 2)));
  const document = chartDocument();
  const labels = labelAxis(shown.map(({ label }) => label));
  const values = shown.map(({ medians }) => medians.map((found) => (found === null ? '-' : sayValue(found.median, 'ms'))).join(' | '));
  const height = shown.length * Math.max(rowHeight, labels.leastRowHeight) + axisHeight;
  const element = Plot.plot({
    document,
    width,
    height,
    marginLeft: labels.marginLeft,
    marginRight: Math.ceil(20 + valuePx * Math.max(...values.map(({ length }) => length))),
    marginTop: 4,
    marginBottom: 38,
    style: { fontSize: '11px' },
    x: { type: 'log', domain: [lowest, highest], label: 'median, logarithmic axis', labelAnchor: 'center', labelArrow: 'none', grid: true, ticks: logTicks(lowest, highest), tickFormat: tickWord },
    y: { domain: [-0.5, shown.length - 0.5], reverse: true, ticks: shown.map((_, row) => row), tickFormat: (row: number) => labels.say(shown[row]?.label ?? ''), tickSize: 0, label: null },
    marks: [
      Plot.ruleY(shown.slice(1), { y: (_: SideBySideRow, index: number) => index + 0.5, stroke: '#ddd' }),
      Plot.ruleY(links, { y: 'y', x1: 'from', x2: 'to', stroke: '#bbb', strokeWidth: 4 }),
      Plot.ruleY(points, { y: 'y', x1: 'lo', x2: 'hi', stroke: '#333', strokeWidth: 1.4 }),
      Plot.dot(points, { x: 'x', y: 'y', symbol: 'symbol', fill: 'fill', stroke: '#111', r: 5, title: 'title' }),
      Plot.text(values, { x: highest, y: (_: string, row: number) => row, dx: 10, text: (value: string) => value, textAnchor: 'start', fill: '#111' }),
    ],
    symbol: { type: 'identity' },
    color: { type: 'identity' },
  });
  const legendPx = (width - 28) / Math.max(names.length, 3);
  const legend = Plot.plot({
    document,
    width,
    height: legendHeight,
    margin: 0,
    marginLeft: 14,
    x: { domain: [0, width - 20], axis: null },
    y: { domain: [0, 1], axis: null },
    marks: [
      Plot.dot(names, { x: (_: string, index: number) => index * legendPx + 6, y: 0.5, symbol: (_: string, index: number) => sideStyle(index).symbol, fill: (_: string, index: number) => sideStyle(index).fill, stroke: '#111', r: 5 }),
      Plot.text(names, { x: (_: string, index: number) => index * legendPx + 18, y: 0.5, text: (name: string) => name, textAnchor: 'start', fontSize: 12 }),
    ],
    symbol: { type: 'identity' },
    color: { type: 'identity' },
  });
  return svgSheet({ document, width, height: headHeight + legendHeight + height, title, description: `${description}; at the right: the medians in the order of the legend`, panels: [{ element: legend, y: headHeight - 2 }, { element, y: headHeight + legendHeight }] });
}

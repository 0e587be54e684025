import * as Plot from '@observablehq/plot';
import { sayInterval, sayLimitValue } from '../../judgement/wording.ts';
import { staggerLabels } from './label-rows.ts';
import type { PlacedLabel } from './label-rows.ts';
import { sideStyle } from './side-style.ts';
import { chartDocument } from './svg-document.ts';
import { svgSheet } from './svg.ts';

const width = 1000;
const headHeight = 44;
const plotHeight = 230;
const [marginLeft, marginRight] = [70, 30];
const innerWidth = width - marginLeft - marginRight;
/** Height of a row of labels above the frame, px. */
const rowPx = 15;
/** From here on an axis is in seconds, ms. */
const secondsFromMs = 3000;

export interface TrendOptions {
  title: string;
  description: string;
  /** In order of time; `hi` null: no end was seen. */
  points: readonly { run: string; at: string; lo: number; hi: number | null }[];
  /** The first run of each new level, and how it is told. */
  changes: readonly { run: string; label: string; medians: { before: number; after: number } }[];
  limit: number | null;
  /** How the limit is called: `limit`, `default limit`. */
  limitWord?: string;
}

/** Labels in the order of the runs, in as many rows as they need; those that find no room even so are left out. */
function placeLabels(labels: readonly { x: number; text: string }[]): PlacedLabel[] {
  const space = { widthPx: innerWidth, rows: labels.length };
  const toTheRight = staggerLabels(labels.toReversed(), space);
  if (toTheRight.length === labels.length) return toTheRight;
  const toTheLeft = staggerLabels(labels.map(({ x, text }) => ({ x: innerWidth - x, text })), space).map(({ x, anchor, ...label }): PlacedLabel => ({ ...label, x: innerWidth - x, anchor: anchor === 'start' ? 'end' : 'start' }));
  return toTheLeft.length > toTheRight.length ? toTheLeft : toTheRight;
}

/** A day and minute in UTC: `01-31 02:00`. */
const sayMoment = (at: string): string => at.slice(5, 16).replace('T', ' ');

/**
 * A measurement over the runs of an environment: each run a dot with its interval, in their order; the limit as a dashed line; each
 * change of level as an upright line with what it is, and the levels before and after it as bars. A run without an end is an arrow.
 */
export function renderTrend({ title, description, points, changes, limit, limitWord = 'limit' }: TrendOptions): string {
  const highest = Math.max(1, ...points.map(({ lo, hi }) => hi ?? lo));
  const showsLimit = limit !== null && limit <= highest * 3;
  const scale = highest >= secondsFromMs ? 1000 : 1;
  const { fill } = sideStyle(0);
  const dots = points.map(({ run, at, lo, hi }, index) => ({ index, y: (lo + (hi ?? lo)) / 2 / scale, lo: lo / scale, hi: (hi ?? lo) / scale, ended: hi !== null, title: `${run}, ${at}: ${sayInterval({ lo, hi }, 'ms')}` }));
  const starts = changes.map((change) => ({ ...change, index: points.findIndex(({ run }) => run === change.run) })).filter(({ index }) => index >= 0);
  const levels = starts.flatMap(({ index, medians }, place) => [
    { from: (starts[place - 1]?.index ?? 0) - 0.4, to: index - 0.6, y: medians.before / scale },
    ...(place === starts.length - 1 ? [{ from: index - 0.4, to: points.length - 0.6, y: medians.after / scale }] : []),
  ]);
  const [first, last] = [-0.7, Math.max(points.length, 2) - 0.3];
  const toPx = (index: number): number => ((index - first) / (last - first)) * innerWidth;
  const labels = placeLabels(starts.map(({ index, label: text }) => ({ x: toPx(index - 0.5), text })));
  const labelRows = Math.max(0, ...labels.map(({ row }) => row + 1));
  const labelsHeight = labelRows * rowPx;
  const unlabelled = starts.length - labels.length;
  const top = (Math.max(highest, showsLimit ? limit : 0) / scale) * 1.1;
  const step = Math.max(1, Math.ceil(points.length / 9));
  const document = chartDocument();
  const element = Plot.plot({
    document,
    width,
    height: plotHeight + labelsHeight,
    marginLeft,
    marginRight,
    marginTop: 10 + labelsHeight,
    marginBottom: 42,
    style: { fontSize: '11px' },
    x: { type: 'linear', domain: [first, last], ticks: points.map((_, index) => index).filter((index) => index % step === 0), tickFormat: (index: number) => sayMoment(points[index]?.at ?? ''), label: 'runs, in their order (UTC)', labelAnchor: 'center', labelArrow: 'none' },
    y: { domain: [0, top], label: scale === 1000 ? 'seconds' : 'milliseconds', labelArrow: 'none', labelAnchor: 'center', grid: true },
    marks: [
      ...(showsLimit ? [Plot.ruleY([limit / scale], { stroke: '#b00020', strokeDasharray: '6,4' }), Plot.text([limit / scale], { x: points.length - 0.4, y: (value: number) => value, text: () => `${limitWord} ${sayLimitValue(limit, 'ms')}`, textAnchor: 'end', dy: -7, fill: '#b00020' })] : []),
      Plot.ruleX(starts, { x: ({ index }: { index: number }) => index - 0.5, stroke: '#111', strokeDasharray: '2,3' }),
      Plot.ruleY(levels, { x1: 'from', x2: 'to', y: 'y', stroke: '#e08214', strokeWidth: 3 }),
      Plot.ruleX(dots, { x: 'index', y1: 'lo', y2: 'hi', stroke: '#777' }),
      Plot.dot(dots.filter(({ ended }) => ended), { x: 'index', y: 'y', fill, stroke: '#111', strokeWidth: 0.8, r: points.length > 80 ? 2.5 : 4, title: 'title' }),
      Plot.text(dots.filter(({ ended }) => !ended), { x: 'index', y: 'y', text: () => '▲', fill: '#b00020', title: 'title' }),
      ...labels.flatMap(({ x, text, row, anchor }) => {
        const at = [first + (x / innerWidth) * (last - first)];
        return [Plot.ruleX(at, { stroke: '#111', strokeDasharray: '2,3', insetTop: -rowPx * (row + 1) + 3 }), Plot.text(at, { x: (index: number) => index, frameAnchor: 'top', dx: anchor === 'start' ? 5 : -5, dy: -rowPx * (row + 1) + 3, text: () => text, textAnchor: anchor, fill: '#111', stroke: 'white', strokeWidth: 4 })];
      }),
    ],
  });
  return svgSheet({ document, width, height: headHeight + plotHeight + labelsHeight, title, description: `${description}${limit === null || showsLimit ? '' : `; the ${limitWord}, ${sayLimitValue(limit, 'ms')}, lies far above`}${unlabelled === 0 ? '' : `; ${unlabelled} of the changes found no room for ${unlabelled === 1 ? 'its label' : 'their labels'}`}`, panels: [{ element, y: headHeight }] });
}

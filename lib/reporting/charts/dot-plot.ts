import * as Plot from '@observablehq/plot';
import { sayInterval, sayValue } from '../../judgement/wording.ts';
import { labelAxis } from './label-axis.ts';
import { sideStyle } from './side-style.ts';
import { chartDocument } from './svg-document.ts';
import { svgSheet } from './svg.ts';

/** From here on an axis is in seconds, ms. */
const secondsFromMs = 3000;

export interface DottedSide {
  name: string;
  /** What stands below the name; null: nothing. */
  note: string | null;
  figures: readonly { lo: number; hi: number | null; title: string }[];
  median: number | null;
  interval: { lo: number; hi: number } | null;
  /** Why there are no figures; null when there are. */
  missing: string | null;
}

export interface DotPlotOptions {
  title: string;
  /** What a dot is and how it was sampled. */
  description: string;
  sides: readonly DottedSide[];
}

const width = 1000;
const headHeight = 44;
const sideHeight = 58;
/** Dots with the same figure are this far apart, px, as long as the side is not higher than most: every one of them is to be seen. */
const dotPx = 3;
const mostHeight = 240;
/** The share of a side's height that its dots have. */
const dotShare = 0.4;
const axisHeight = 44;

const labelOf = ({ name, note }: DottedSide): string => (note === null ? name : `${name}\n${note}`);

const divisor = (one: number, other: number): number => (other === 0 ? one : divisor(other, one % other));

/** How many places further the next run stands: neighbours in time are apart, and every place is taken once, as the step and the count share no factor. */
function stepOf(count: number): number {
  let step = 7;
  while (divisor(step, count) !== 1) step += 1;
  return step;
}

/** Runs of one side below each other, so that dots with the same figure stay apart: -1..1. */
export function spread(index: number, count: number): number {
  return count < 2 ? 0 : ((index * stepOf(count)) % count) / (count - 1) * 2 - 1;
}

/**
 * Every run of every side as a dot with its interval, and below them the median of the side with its 95 % interval. A figure that had
 * no end is an arrow at what was seen of it. Sides without a figure say why.
 */
export function renderDotPlot({ title, description, sides }: DotPlotOptions): string {
  const most = Math.max(1, ...sides.flatMap(({ figures }) => figures.map(({ lo, hi }) => hi ?? lo)));
  const inSeconds = most >= secondsFromMs;
  const scale = inSeconds ? 1000 : 1;
  const dots = sides.flatMap(({ figures, name }, side) => figures.map(({ lo, hi, title: of }, index) => ({ side, y: side - 0.08 + (dotShare / 2) * spread(index, figures.length), x: (lo + (hi ?? lo)) / 2 / scale, lo: lo / scale, hi: (hi ?? lo) / scale, ended: hi !== null, ...sideStyle(side), title: `${name}: ${sayInterval({ lo, hi }, 'ms')}, ${of}` })));
  const medians = sides.flatMap(({ median, interval, name }, side) => (median === null ? [] : [{ y: side + 0.3, x: median / scale, lo: (interval?.lo ?? median) / scale, hi: (interval?.hi ?? median) / scale, ...sideStyle(side), text: `median ${sayValue(median, 'ms')}${interval === null ? ' (no interval: fewer than 6 runs)' : `, 95 %: ${sayInterval(interval, 'ms')}`}`, name }]));
  const holes = sides.flatMap(({ missing }, side) => (missing === null ? [] : [{ y: side, text: `no figure: ${missing.length > 110 ? `${missing.slice(0, 109)}…` : missing}` }]));
  const unended = sides.flatMap((_, side) => {
    const ofSide = dots.filter((dot) => dot.side === side && !dot.ended);
    return ofSide.length === 0 ? [] : [{ x: Math.max(...ofSide.map(({ x }) => x)), y: side - 0.08, text: ofSide.length === 1 ? 'no end' : `${ofSide.length} without an end` }];
  });
  const document = chartDocument();
  const labels = labelAxis(sides.map(labelOf));
  const crowded = Math.min(mostHeight, (dotPx / dotShare) * Math.max(...sides.map(({ figures }) => figures.length - 1)));
  const height = sides.length * Math.max(sideHeight, labels.leastRowHeight, crowded) + axisHeight;
  const end = (most / scale) * (dots.every(({ ended }) => ended) ? 1.04 : 1.18);
  const element = Plot.plot({
    document,
    width,
    height,
    marginLeft: labels.marginLeft,
    marginRight: 20,
    marginTop: 4,
    marginBottom: 38,
    style: { fontSize: '11px' },
    x: { domain: [0, end], label: inSeconds ? 'seconds' : 'milliseconds', labelAnchor: 'center', labelArrow: 'none', grid: true },
    y: { domain: [-0.5, sides.length - 0.5], reverse: true, ticks: sides.map((_, side) => side), tickFormat: (side: number) => labels.say(sides[side] === undefined ? '' : labelOf(sides[side])), tickSize: 0, label: null },
    marks: [
      Plot.ruleY(sides.slice(1), { y: (_: DottedSide, index: number) => index + 0.5, stroke: '#bbb' }),
      Plot.ruleY(dots, { y: 'y', x1: 'lo', x2: 'hi', stroke: '#777', strokeWidth: 1 }),
      Plot.dot(dots.filter(({ ended }) => ended), { x: 'x', y: 'y', symbol: 'symbol', fill: 'fill', stroke: '#111', strokeWidth: 0.8, r: 4, title: 'title' }),
      Plot.text(dots.filter(({ ended }) => !ended), { x: 'x', y: 'y', text: () => '▶', textAnchor: 'start', fill: '#b00020', title: 'title' }),
      Plot.text(unended, { x: 'x', y: 'y', dx: 14, text: 'text', textAnchor: 'start', fill: '#b00020', stroke: 'white', strokeWidth: 3 }),
      Plot.ruleY(medians, { y: 'y', x1: 'lo', x2: 'hi', stroke: '#111', strokeWidth: 3 }),
      Plot.ruleX(medians, { x: 'x', y1: ({ y }: { y: number }) => y - 0.12, y2: ({ y }: { y: number }) => y + 0.12, stroke: '#111', strokeWidth: 2 }),
      ...[true, false].map((right) => Plot.text(medians.filter(({ hi }) => hi < end * 0.6 === right), { x: right ? 'hi' : 'lo', y: 'y', dx: right ? 8 : -8, text: 'text', textAnchor: right ? 'start' : 'end', fill: '#111', stroke: 'white', strokeWidth: 4 })),
      Plot.text(holes, { x: 0, dx: 6, y: 'y', text: 'text', textAnchor: 'start', fill: '#444' }),
    ],
    symbol: { type: 'identity' },
    color: { type: 'identity' },
  });
  return svgSheet({ document, width, height: headHeight + height, title, description, panels: [{ element, y: headHeight }] });
}

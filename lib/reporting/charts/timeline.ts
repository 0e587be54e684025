import { oneLine } from '../plain-text.ts';
import { staggerLabels } from './label-rows.ts';
import type { Label } from './label-rows.ts';
import { logScale, logTicks } from './log-axis.ts';
import { timeSheet } from './time-sheet.ts';
import type { TimelineData } from './timeline-data.ts';
import { axisHeight, innerWidth } from './timeline-layout.ts';
import { drawBands, drawLabels, drawRoundTrips, drawStrips } from './timeline-marks.ts';
import type { Frame } from './timeline-marks.ts';
import { drawNotes, notesHeight, notesOf } from './timeline-notes.ts';

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
 * The timeline of one probe as a standalone SVG: round trips on a logarithmic axis, lost, late and blind in strips of their own below,
 * the fault and what was measured as bands, phases and marks as labelled lines above. A label that finds no room there is a number with its
 * text below.
 */
export function renderTimeline(data: TimelineData, { title, description }: TimelineTexts): string {
  const wanted = labelsOf(data);
  const labels = staggerLabels(wanted, { widthPx: innerWidth, rows: labelRows });
  const notes = notesOf(wanted, labels);
  const labelsHeight = Math.max(0, ...labels.map(({ row }) => row + 1)) * labelRowPx + 6;
  const [top, bottom] = [labelsHeight + 4, labelsHeight + rttHeight - 8];
  const stripsTop = labelsHeight + rttHeight;
  const ends = roundTripEnds(data);
  const toY = logScale(ends, [bottom, top]);
  return timeSheet({
    ...data,
    title,
    description,
    contentHeight: stripsTop + stripsHeight,
    footHeight: notesHeight(notes),
    draw: (document, toX) => {
      const frame: Frame = { document, top, bottom, toX, toY };
      return [...drawBands(frame, data), ...drawRoundTrips(frame, data, logTicks(...ends)), ...drawStrips(frame, data, stripsTop, stripsHeight), ...drawLabels(frame, labels, labelsHeight, labelRowPx), ...drawNotes(frame, notes, stripsTop + stripsHeight + axisHeight + 4)];
    },
  });
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
    data.marks.filter(({ title }) => !moves.some((move) => title.includes(move.title))).map(({ x, title }) => label(x, `${title} ${say(x)}`)),
  ];
  return groups.flatMap((group) => group.toSorted((a, b) => b.x - a.x));
}

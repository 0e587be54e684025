import type { ScenarioFacts } from '../../judgement/scenario-facts.ts';
import { oneLine } from '../plain-text.ts';
import { linePath } from './line-path.ts';
import { svgElement } from './svg-document.ts';
import type { ChartElement } from './svg-document.ts';
import { timeSheet } from './time-sheet.ts';
import { faultSpans } from './timeline-data.ts';
import type { Span, TimelineData } from './timeline-data.ts';
import { colours, marginLeft } from './timeline-layout.ts';
import { drawBands, drawScale } from './timeline-marks.ts';
import type { Frame } from './timeline-marks.ts';

const rowHeight = 96;
/** Room for the name of a storage above its readings. */
const nameHeight = 20;

/** What was read of one storage; every x is seconds since the origin, every share 0..1. */
interface Readings {
  storage: string;
  points: { x: number; share: number }[];
}

interface RedundancyData extends Pick<TimelineData, 'origin' | 'span' | 'faults' | 'phases'> {
  storages: Readings[];
}

/** What a scenario's record says of the redundancy of its storages; null when it says nothing. */
function redundancyData(facts: ScenarioFacts): RedundancyData | null {
  const fault = facts.events.find((event) => event.kind === 'fault-injecting');
  const originNs = fault?.t ?? facts.started?.t ?? facts.events[0]?.t ?? 0;
  const toS = (ns: number): number => (ns - originNs) / 1e9;
  const storages = new Map<string, Readings>();
  for (const event of facts.events) {
    if (event.kind !== 'redundancy') continue;
    const storage = event.storage ?? /^(.*?): /.exec(event.detail)?.[1] ?? 'storage';
    const readings = storages.get(storage) ?? { storage, points: [] };
    readings.points.push({ x: toS(event.t), share: event.share });
    storages.set(storage, readings);
  }
  if (storages.size === 0) return null;
  const lastNs = facts.ended?.t ?? facts.events.at(-1)?.t ?? originNs;
  const span: Span = { x1: toS(facts.started?.t ?? facts.events[0]?.t ?? originNs), x2: toS(lastNs) };
  if (span.x2 <= span.x1) span.x2 = span.x1 + 1;
  const phases = facts.events.flatMap((event) => (event.kind === 'phase' && event.phase === 'redundant' ? [{ x: toS(event.firstAfter), lo: toS(event.lastBefore), title: event.phase }] : []));
  return { origin: fault === undefined ? 'start' : 'fault', span, faults: faultSpans(facts, toS, span.x2), phases, storages: [...storages.values()] };
}

/** A dot a reading, and a stair that holds each until the next one. */
function drawReadings({ document, toX, toY }: Frame, points: Readings['points']): ChartElement[] {
  const stair = linePath();
  for (const [index, { x, share }] of points.entries()) {
    const before = points[index - 1];
    if (before === undefined) stair.moveTo(toX(x), toY(share * 100));
    else {
      stair.lineTo(toX(x), toY(before.share * 100));
      stair.lineTo(toX(x), toY(share * 100));
    }
  }
  return [
    svgElement(document, 'path', { d: stair.text(), fill: 'none', stroke: colours.rtt, 'stroke-width': 1.5 }),
    ...points.map(({ x, share }) => svgElement(document, 'circle', { cx: toX(x), cy: toY(share * 100), r: 2.6, fill: share < 1 ? colours.lost : colours.rtt })),
  ];
}

/**
 * The redundancy of a scenario's storages over time as a standalone SVG: for each, every reading of the share of its data that has all its
 * copies, in per cent; the fault is a band, the moment when all copies were there again a dashed line. Null when nothing was recorded.
 */
export function renderRedundancy(facts: ScenarioFacts): string | null {
  const data = redundancyData(facts);
  if (data === null) return null;
  const readings = data.storages.flatMap(({ points }) => points);
  const least = Math.min(...readings.map(({ share }) => share));
  return timeSheet({
    ...data,
    title: `${facts.id}: storage redundancy over time`,
    description: `share of the data with all its copies, as the platform says; a dot a reading, ${readings.length} in all, the least ${(least * 100).toFixed(1)} %; nobody looked between two dots; dashed: all copies back`,
    contentHeight: data.storages.length * rowHeight,
    draw: (document, toX) => data.storages.flatMap(({ storage, points }, row) => {
      const [top, bottom] = [row * rowHeight + nameHeight, (row + 1) * rowHeight - 8];
      const frame: Frame = { document, top, bottom, toX, toY: (percent) => bottom - 4 - (percent / 100) * (bottom - top - 8) };
      return [svgElement(document, 'text', { x: marginLeft, y: top - 6 }, oneLine(storage)), ...drawBands(frame, { ...data, windows: [], marks: [] }), ...drawScale(frame, [0, 50, 100], 'whole, %'), ...drawReadings(frame, points)];
    }),
  });
}

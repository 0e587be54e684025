import type { ScenarioFacts } from '../../judgement/scenario-facts.ts';
import { blindStretches } from '../../measurement/blind.ts';
import { classes, classify } from '../../measurement/classify.ts';
import type { Series } from '../../record/samples.ts';
import { innerWidth } from './timeline-layout.ts';

/** A stretch of time, s. */
export interface Span {
  x1: number;
  x2: number;
}

/** What a timeline shows; every x is seconds since the origin. */
export interface TimelineData {
  origin: 'fault' | 'start';
  span: Span;
  /** Round trips in ms: of each column the least, the middle and the most; null where the line is interrupted. */
  rtt: { x: number; lo: number | null; mid: number | null; hi: number | null }[];
  late: { x: number; rtt: number }[];
  /** Runs of consecutive lost probes; none is ever left out. */
  lost: (Span & { count: number })[];
  blind: Span[];
  faults: (Span & { title: string })[];
  phases: { x: number; lo: number; title: string }[];
  windows: (Span & { title: string })[];
  marks: { x: number; title: string }[];
  counts: { sent: number; late: number; lost: number };
}

/** Columns that the round trips are gathered in: one for three px of the chart. */
const columns = innerWidth / 3;

/** Gathers what the timeline of one probe in one scenario shows. */
export function timelineData(facts: ScenarioFacts, series: Series, lateAfterMs: number): TimelineData {
  const fault = facts.events.find((event) => event.kind === 'fault-injecting');
  const originNs = fault?.t ?? facts.started?.t ?? series.samples.sentNs[0] ?? 0;
  const toS = (ns: number): number => (ns - originNs) / 1e9;
  const { samples, header } = series;
  const firstNs = samples.sentNs[0] ?? facts.started?.t ?? 0;
  const lastNs = samples.sentNs[samples.length - 1] ?? facts.ended?.t ?? firstNs + 1e9;
  const span = { x1: toS(firstNs), x2: toS(lastNs + header.probe.periodMs * 1e6) };
  const events = facts.events.flatMap((event) => (event.kind === 'phase' ? [{ x: toS(event.firstAfter), lo: toS(event.lastBefore), title: event.phase }] : []));
  return {
    origin: fault === undefined ? 'start' : 'fault',
    span,
    ...sortSamples(series, lateAfterMs, toS, span),
    blind: blindStretches(series).map(({ fromNs, toNs }) => ({ x1: toS(fromNs), x2: toS(toNs) })),
    faults: faultSpans(facts, toS, span.x2),
    phases: events,
    windows: facts.windows.filter(({ probe }) => probe === header.probe.name).map(({ start, end, fromNode, toNode }) => ({ x1: toS(start), x2: toS(end), title: fromNode === null && toNode === null ? 'measured' : `${fromNode ?? '?'} to ${toNode ?? '?'}` })),
    marks: facts.events.flatMap((event) => (event.kind === 'mark' ? [{ x: toS(event.t), title: event.title }] : [])),
  };
}

function sortSamples({ samples, header, ...series }: Series, lateAfterMs: number, toS: (ns: number) => number, { x1: fromS, x2: toEndS }: Span): Pick<TimelineData, 'rtt' | 'late' | 'lost' | 'counts'> {
  const rowClasses = classify({ samples, header, ...series }, { lateAfterMs, waitMs: header.probe.waitMs });
  const periodS = header.probe.periodMs / 1e3;
  const columnS = (toEndS - fromS) / columns;
  const result: Pick<TimelineData, 'rtt' | 'late' | 'lost' | 'counts'> = { rtt: [], late: [], lost: [], counts: { sent: 0, late: 0, lost: 0 } };
  let column: number[] = [];
  let place = -1;
  let lastX = Number.POSITIVE_INFINITY;
  let isInterrupted = false;
  const closeColumn = (): void => {
    const sorted = column.toSorted((a, b) => a - b);
    const [lo, mid, hi] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
    if (lo === undefined || mid === undefined || hi === undefined) return;
    const x = fromS + (place + 0.5) * columnS;
    if (isInterrupted) result.rtt.push({ x, lo: null, mid: null, hi: null });
    isInterrupted = false;
    result.rtt.push({ x, lo, mid, hi });
    column = [];
  };
  for (let row = 0; row < samples.length; row++) {
    const x = toS(samples.sentNs[row] ?? 0);
    const rowClass = rowClasses[row];
    if (rowClass === classes.pending) continue;
    result.counts.sent++;
    if (rowClass === classes.lost || rowClass === classes.late) {
      closeColumn();
      isInterrupted = true;
    }
    if (rowClass === classes.lost) {
      result.counts.lost++;
      const last = result.lost.at(-1);
      if (last !== undefined && row > 0 && rowClasses[row - 1] === classes.lost) {
        last.x2 = x + periodS;
        last.count++;
      } else result.lost.push({ x1: x, x2: x + periodS, count: 1 });
      continue;
    }
    const rtt = Math.max(((samples.receivedNs[row] ?? 0) - (samples.sentNs[row] ?? 0)) / 1e6, 0.001);
    if (rowClass === classes.late) {
      result.counts.late++;
      result.late.push({ x, rtt });
      continue;
    }
    const own = Math.floor((x - fromS) / columnS);
    if (own !== place) closeColumn();
    isInterrupted ||= x > lastX + columnS + 2 * periodS;
    [place, lastX] = [own, x];
    column.push(rtt);
  }
  closeColumn();
  return result;
}

/** From each injection to the end of its undo, or to the end of the chart. */
export function faultSpans({ events }: ScenarioFacts, toS: (ns: number) => number, endS: number): (Span & { title: string })[] {
  const spans: (Span & { title: string })[] = [];
  for (const event of events) {
    if (event.kind === 'fault-injecting') spans.push({ x1: toS(event.t), x2: endS, title: `${event.fault}${event.target.node === null ? '' : ` on ${event.target.node}`}` });
    if (event.kind === 'fault-reverted' && event.verified) {
      const open = spans.findLast((span) => span.x2 === endS && span.title.startsWith(event.fault));
      if (open !== undefined) open.x2 = Math.min(toS(event.t), endS);
    }
  }
  return spans;
}

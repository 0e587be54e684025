import type { EventOf, ScenarioFacts } from '../../judgement/scenario-facts.ts';
import { blindStretches, mergeBlind } from '../../measurement/blind.ts';
import { classes, classify } from '../../measurement/classify.ts';
import type { BlindStretch, Series } from '../../record/samples.ts';
import type { Span } from './timeline-data.ts';

/** What one probe saw of one window; every x is seconds since the moment 0 of the strip. */
export interface Strip {
  /** The window with a little before its moment 0. */
  span: Span;
  /** Where the window begins: what lies before counts in no figure. */
  begin: number;
  lost: Span[];
  late: Span[];
  /** Nobody looked, or nobody can say what became of the probes. */
  blind: Span[];
  /** No samples at all, and why. */
  unrecorded: (Span & { reason: string })[];
  /** Within the window. */
  counts: { sent: number; lost: number; late: number };
}

/** How much is kept before the moment 0 at most, ns: that all was well before belongs to the picture. */
const leadNs = 5e9;
/** A send that is later than this many periods after the one before is missing, as where blind time begins. */
const missingAfterPeriods = 2;

/** Stretches of a strip without any sample: before the first probe and after the last. */
function unrecordedOf({ samples, header, complete }: Series, fromNs: number, toNs: number): BlindStretch[] {
  const periodNs = header.probe.periodMs * 1e6;
  const [firstNs, lastNs] = [samples.sentNs[0], samples.sentNs[samples.length - 1]];
  const reason = complete ? 'no probe was sent' : 'the recording was cut off';
  if (firstNs === undefined || lastNs === undefined) return [{ fromNs, toNs, reason }];
  return [
    ...(firstNs - fromNs > missingAfterPeriods * periodNs ? [{ fromNs, toNs: Math.min(firstNs, toNs), reason: 'no probe was sent yet' }] : []),
    ...(toNs - lastNs > missingAfterPeriods * periodNs ? [{ fromNs: Math.max(lastNs + periodNs, fromNs), toNs, reason }] : []),
  ];
}

/** Everything in which the prober could not see: by its samples, by the events, and probes of which nobody can say what became of them. */
function unseenOf(series: Series, { events }: Pick<ScenarioFacts, 'events'>, rowClasses: Uint8Array): BlindStretch[] {
  const { samples, header: { probe } } = series;
  const told = events.flatMap((event) => (event.kind === 'prober-blind' && event.probe === probe.name ? [{ fromNs: event.from, toNs: event.to, reason: event.reason }] : []));
  const pending: BlindStretch[] = [];
  for (const [row, rowClass] of rowClasses.entries()) {
    const fromNs = samples.sentNs[row] ?? 0;
    if (rowClass === classes.pending) pending.push({ fromNs, toNs: fromNs + probe.periodMs * 1e6, reason: 'nobody can say' });
  }
  return mergeBlind([...blindStretches(series), ...told, ...pending]);
}

/** Cuts strips out of a probe's samples, for windows of it. Lost and late is what its timeline and its figures call so. */
export function stripCutter(series: Series, facts: Pick<ScenarioFacts, 'events'>, lateAfterMs: number): (window: Pick<EventOf<'window'>, 'start' | 'end'>, originNs: number) => Strip {
  const { samples, header: { probe } } = series;
  const periodNs = probe.periodMs * 1e6;
  const rowClasses = classify(series, { lateAfterMs, waitMs: probe.waitMs });
  const unseen = unseenOf(series, facts, rowClasses);

  return ({ start, end }, originNs) => {
    const toS = (ns: number): number => (ns - originNs) / 1e9;
    const fromNs = Math.min(start, originNs, Math.max(originNs - leadNs, samples.sentNs[0] ?? Number.POSITIVE_INFINITY));
    const cut = (stretches: readonly BlindStretch[]): Strip['unrecorded'] => stretches.filter((stretch) => stretch.toNs > fromNs && stretch.fromNs < end).map((stretch) => ({ x1: toS(Math.max(stretch.fromNs, fromNs)), x2: toS(Math.min(stretch.toNs, end)), reason: stretch.reason }));
    const strip: Strip = { span: { x1: toS(fromNs), x2: toS(end) }, begin: toS(start), lost: [], late: [], blind: cut(unseen).map(({ x1, x2 }) => ({ x1, x2 })), unrecorded: cut(unrecordedOf(series, fromNs, end)), counts: { sent: 0, lost: 0, late: 0 } };
    for (const [row, rowClass] of rowClasses.entries()) {
      const sentNs = samples.sentNs[row] ?? 0;
      if (sentNs < fromNs || sentNs >= end || rowClass === classes.pending) continue;
      const isCounted = sentNs >= start;
      if (isCounted) strip.counts.sent += 1;
      if (rowClass === classes.answered) continue;
      const of = rowClass === classes.lost ? 'lost' : 'late';
      if (isCounted) strip.counts[of] += 1;
      const last = strip[of].at(-1);
      const x2 = toS(Math.min(sentNs + periodNs, end));
      const goesOn = rowClasses[row - 1] === rowClass && sentNs - (samples.sentNs[row - 1] ?? 0) <= missingAfterPeriods * periodNs;
      if (last !== undefined && goesOn) last.x2 = x2;
      else strip[of].push({ x1: toS(sentNs), x2 });
    }
    return strip;
  };
}

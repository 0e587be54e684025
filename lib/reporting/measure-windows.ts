import type { EventOf, ScenarioFacts } from '../judgement/scenario-facts.ts';
import { defaultLateAfterMs } from '../measurement/classify.ts';
import { measureWindow } from '../measurement/window.ts';
import type { WindowFigures } from '../measurement/window.ts';
import type { Interval } from '../record/types.ts';
import type { Series } from '../record/samples.ts';
import type { ProbeSeries } from './series.ts';

/** What one `window` event asks for, measured. */
export interface MeasuredWindow {
  window: EventOf<'window'>;
  probe: EventOf<'probe-started'> | null;
  lateAfterMs: number;
  /** Null: there are no samples to measure; `trouble` says why. */
  figures: WindowFigures | null;
  /** The longest outage the window may hide, ms. */
  outage: Interval;
  /** Packets lost, and at most those that a blind prober did not send. */
  lost: Interval;
  trouble: string | null;
}

/**
 * Threshold of lateness of one probe, ms: the run's own when it sets one, else from the round trips in the scenario's baseline
 * windows (design: ten times their p99, at least 100 ms).
 */
export function lateAfterOf(series: Series, facts: ScenarioFacts, configuredMs: number | null): number {
  if (configuredMs !== null) return configuredMs;
  const { waitMs } = series.header.probe;
  const p99s = facts.events.flatMap((event) => (event.kind === 'baseline' ? [measureWindow(series, event.from, event.to, { lateAfterMs: waitMs, waitMs }).rttMs.p99 ?? 0] : []));
  return Math.min(defaultLateAfterMs(p99s), waitMs);
}

/** Measures every window of a scenario. */
export function measureWindows(facts: ScenarioFacts, series: ReadonlyMap<string, ProbeSeries>, configuredLateAfterMs: number | null): MeasuredWindow[] {
  const lateAfter = new Map<string, number>();
  return facts.windows.map((window) => {
    const probe = series.get(window.probe);
    if (probe === undefined || probe.series === null) {
      const nothing = { lo: 0, hi: null };
      return { window, probe: probe?.started ?? null, lateAfterMs: 0, figures: null, outage: nothing, lost: nothing, trouble: probe?.trouble ?? `a window is to be measured by ${window.probe}, but no such probe was started` };
    }
    const lateAfterMs = lateAfter.get(window.probe) ?? lateAfterOf(probe.series, facts, configuredLateAfterMs);
    lateAfter.set(window.probe, lateAfterMs);
    const figures = measureWindow(probe.series, window.start, window.end, { lateAfterMs, waitMs: probe.series.header.probe.waitMs });
    return { window, probe: probe.started, lateAfterMs, figures, ...widenByBlindness(figures, facts, window, probe.series.header.probe.periodMs), trouble: null };
  });
}

/** Blind time that only the events know of (a samples file may end before) counts like that of the samples. */
function widenByBlindness(figures: WindowFigures, facts: ScenarioFacts, window: EventOf<'window'>, periodMs: number): Pick<MeasuredWindow, 'outage' | 'lost'> {
  let { unknown } = figures;
  let longestMs = 0;
  for (const event of facts.events) {
    if (event.kind !== 'prober-blind' || event.probe !== window.probe) continue;
    const lengthMs = (Math.min(event.to, window.end) - Math.max(event.from, window.start)) / 1e6;
    const isKnown = figures.blind.some(({ fromNs, toNs }) => fromNs <= event.to && toNs >= event.from);
    if (lengthMs <= 0 || isKnown) continue;
    unknown += Math.ceil(lengthMs / periodMs);
    longestMs = Math.max(longestMs, lengthMs);
  }
  const { lo, hi } = figures.outage;
  return {
    outage: { lo, hi: hi === null ? null : Math.max(hi, longestMs) },
    lost: { lo: figures.lost, hi: figures.sent === 0 ? null : figures.lost + unknown },
  };
}

/** Sums over all that a scenario's windows cover, each probe and moment once. Null where nothing was measured. */
export interface Totals {
  sent: number | null;
  lost: number | null;
  late: number | null;
  duplicates: number | null;
  blind: number | null;
}

/** Sums up: over the windows that ask for an outage, or where there is none, over those of the service. */
export function totalsOf(series: ReadonlyMap<string, ProbeSeries>, windows: readonly MeasuredWindow[]): Totals {
  const outages = windows.filter(({ window }) => window.measures === 'outage');
  const counted = (outages.length > 0 ? outages : windows).filter(({ figures }) => figures !== null);
  if (counted.length === 0) return { sent: null, lost: null, late: null, duplicates: null, blind: null };
  const totals = { sent: 0, lost: 0, late: 0, duplicates: 0, blind: 0 };
  for (const probe of new Set(counted.map(({ window }) => window.probe))) {
    const own = counted.filter(({ window }) => window.probe === probe);
    const samples = series.get(probe)?.series;
    if (samples === null || samples === undefined) continue;
    for (const { start, end } of mergeSpans(own.map(({ window }) => window))) {
      const measured = own.find(({ window }) => window.start === start && window.end === end)?.figures;
      const figures = measured ?? measureWindow(samples, start, end, { lateAfterMs: own[0]?.lateAfterMs ?? 0, waitMs: samples.header.probe.waitMs });
      totals.sent += figures.sent;
      totals.lost += figures.lost;
      totals.late += figures.late;
      totals.duplicates += figures.duplicates;
      totals.blind += figures.blindMs;
    }
  }
  return totals;
}

function mergeSpans(spans: readonly { start: number; end: number }[]): { start: number; end: number }[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last === undefined || start > last.end) merged.push({ start, end });
    else last.end = Math.max(last.end, end);
  }
  return merged;
}

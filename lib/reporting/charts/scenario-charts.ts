import { safeName } from '../../record/safe-name.ts';
import type { DerivedScenario } from '../derive.ts';
import type { ProbeSeries } from '../series.ts';
import { lateAfterOf } from '../measure-windows.ts';
import { periodsOf } from '../recoveries.ts';
import { renderPhaseStack } from './phase-stack.ts';
import { renderRedundancy } from './redundancy.ts';
import { renderTimeline } from './timeline.ts';
import { timelineData } from './timeline-data.ts';

/** A chart and the file name below charts/ that it gets. */
export interface Chart {
  name: string;
  title: string;
  svg: string;
}

/** A scenario's own guest comes before the others, its network before its services. */
function rank({ started }: ProbeSeries, guest: string | null): number {
  return (started.guest === guest ? 0 : 2) + (started.probeKind === 'icmp' ? 0 : 1);
}

/** The phases of a scenario's recovery, its timelines, and the redundancy of its storages. Timelines are of each probe that a window was measured by, else of its guest's probes. */
export function scenarioCharts({ facts, verdict, windows }: DerivedScenario, series: ReadonlyMap<string, ProbeSeries>, configuredLateAfterMs: number | null): Chart[] {
  const measured = new Set(facts.windows.map(({ probe }) => probe));
  const phases = renderPhaseStack([verdict], `${facts.id}: phases of the recovery`, { periodsMs: periodsOf([verdict]), medians: false });
  const charts: Chart[] = phases === null ? [] : [{ name: `${facts.id}.phases.svg`, title: 'Phases of the recovery', svg: phases }];
  for (const [probe, { started, series: samples }] of [...series].toSorted(([, left], [, right]) => rank(left, facts.guest) - rank(right, facts.guest))) {
    const isShown = measured.size > 0 ? measured.has(probe) : started.guest === facts.guest;
    if (!isShown || samples === null || samples.samples.length === 0) continue;
    const lateAfterMs = windows.find(({ window }) => window.probe === probe)?.lateAfterMs ?? lateAfterOf(samples, facts, configuredLateAfterMs);
    const data = timelineData(facts, samples, lateAfterMs);
    const { sent, lost, late } = data.counts;
    charts.push({
      name: `${facts.id}.${safeName(probe)}.svg`,
      title: `Timeline of ${probe}`,
      svg: renderTimeline(data, {
        title: `${facts.id}: round trips of ${probe}`,
        description: `${started.target}, ${started.probeKind} (${started.engine}), a probe every ${started.periodMs} ms; ${sent} sent, ${lost} lost (no answer within ${started.waitMs / 1000} s), ${late} late (after ${Math.round(lateAfterMs)} ms)`,
      }),
    });
  }
  const redundancy = renderRedundancy(facts);
  if (redundancy !== null) charts.push({ name: `${facts.id}.redundancy.svg`, title: 'Storage redundancy over time', svg: redundancy });
  return charts;
}

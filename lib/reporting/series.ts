import { readSamples } from '../record/samples-reader.ts';
import type { Series } from '../record/samples.ts';
import type { RunRecord } from '../record/run-reader.ts';
import type { EventOf, ScenarioFacts } from '../judgement/scenario-facts.ts';

/** A probe of a scenario and its samples; `series` is null when they cannot be read, and `trouble` says why. */
export interface ProbeSeries {
  started: EventOf<'probe-started'>;
  series: Series | null;
  trouble: string | null;
}

/** Reads the samples of every probe of a scenario. */
export function readSeries(run: Pick<RunRecord, 'file'>, facts: ScenarioFacts): Map<string, ProbeSeries> {
  const found = new Map<string, ProbeSeries>();
  for (const started of facts.events) {
    if (started.kind !== 'probe-started') continue;
    try {
      found.set(started.probe, { started, series: readSamples(run.file(started.file)), trouble: null });
    } catch (error) {
      found.set(started.probe, { started, series: null, trouble: `the samples of ${started.probe} cannot be read: ${(error as Error).message}` });
    }
  }
  return found;
}

import type { EventBody, Measurement, RunEvent } from '../record/types.ts';
import { scenarioFacts } from './scenario-facts.ts';
import type { ScenarioFacts } from './scenario-facts.ts';

/** Id of the scenario that `factsOf` makes. */
export const scenarioId = 'node-failure.web.r1';
const nowhere = { node: 'n2', role: null, disk: null };

/** Events of one scenario that begins and, unless said otherwise, completes. Each comes a millisecond after the one before. */
export function factsOf(inside: readonly EventBody[], { ended = true }: { ended?: boolean } = {}): ScenarioFacts {
  const bodies: EventBody[] = [
    { kind: 'scenario-planned', scenario: scenarioId, row: 'node-failure', guest: 'web', repeat: 1, title: 'made up' },
    { kind: 'scenario-started', scenario: scenarioId, row: 'node-failure', guest: 'web', repeat: 1, title: 'made up', fault: null, target: nowhere },
    ...inside,
    ...(ended ? [{ kind: 'scenario-ended', scenario: scenarioId, outcome: 'completed', reason: null, missingCapability: null } as const] : []),
  ];
  const events: RunEvent[] = bodies.map((body, index) => ({ ...body, t: (index + 1) * 1e6, wall: new Date(index).toISOString() }));
  const [facts] = scenarioFacts(events);
  if (facts === undefined) throw new Error('no scenario was made');
  return facts;
}

/** An outage with a limit and its verdict. */
export function outage(lo: number, hi: number | null, limit: number | null, verdict: Measurement['verdict']): Measurement {
  return { name: 'outage', from: null, to: null, unit: 'ms', lo, hi, limit, verdict, period: 10, source: 'probe web.icmp' };
}

import type { RowName, RunEvent, Target } from '../record/types.ts';

export type EventOf<K extends RunEvent['kind']> = Extract<RunEvent, { kind: K }>;

/** What the record says about one scenario, sorted but not judged. */
export interface ScenarioFacts {
  id: string;
  row: RowName;
  guest: string | null;
  variant: string | null;
  repeat: number;
  title: string;
  /** Every event that names the scenario, in the order of the record. */
  events: RunEvent[];
  started: EventOf<'scenario-started'> | null;
  ended: EventOf<'scenario-ended'> | null;
  target: Target;
  /** Faults that it injected, by name; null when there was none. */
  fault: string | null;
  expectations: EventOf<'expectation'>[];
  windows: EventOf<'window'>[];
  measured: EventOf<'measured'>[];
  /** Gaps of the record that may have swallowed something of this scenario. */
  gaps: EventOf<'record-gap'>[];
}

const nowhere: Target = { node: null, role: null, disk: null };

/** Sorts the events of a run by scenario, in the order in which scenarios were planned (or, unplanned, appeared). */
export function scenarioFacts(events: readonly RunEvent[]): ScenarioFacts[] {
  const scenarios = new Map<string, ScenarioFacts>();
  for (const event of events) {
    if (event.scenario === null) continue;
    const known = scenarios.get(event.scenario);
    if (known !== undefined) add(known, event);
    else if (event.kind === 'scenario-planned' || event.kind === 'scenario-started') {
      const { scenario: id, row, guest, variant = null, repeat, title } = event;
      const facts: ScenarioFacts = { id, row, guest, variant, repeat, title, events: [], started: null, ended: null, target: nowhere, fault: null, expectations: [], windows: [], measured: [], gaps: [] };
      scenarios.set(id, facts);
      add(facts, event);
    }
  }
  const gaps = events.filter((event) => event.kind === 'record-gap');
  for (const facts of scenarios.values()) {
    const from = facts.started?.t ?? facts.events[0]?.t ?? 0;
    const to = facts.ended?.t ?? Number.POSITIVE_INFINITY;
    facts.gaps = gaps.filter((gap) => (gap.of === undefined ? gap.from <= to && gap.t >= from : gap.of === facts.id));
  }
  return [...scenarios.values()];
}

function add(facts: ScenarioFacts, event: RunEvent): void {
  facts.events.push(event);
  if (event.kind === 'scenario-started') {
    facts.started ??= event;
    facts.target = event.target;
    facts.fault = event.fault;
  } else if (event.kind === 'scenario-ended') facts.ended = worseEnd(facts.ended, event);
  else if (event.kind === 'target' || event.kind === 'fault-injecting') facts.target = event.target;
  else if (event.kind === 'expectation') facts.expectations.push(event);
  else if (event.kind === 'window') facts.windows.push(event);
  else if (event.kind === 'measured') facts.measured.push(event);
  if (event.kind === 'fault-injecting') facts.fault = [...new Set([...(facts.fault?.split(', ') ?? []), event.fault])].join(', ');
}

/** A scenario that ended twice (its process, and the parent that mended after it) ended as the later says, unless that is better. */
function worseEnd(before: ScenarioFacts['ended'], now: EventOf<'scenario-ended'>): EventOf<'scenario-ended'> {
  return before !== null && before.outcome !== 'completed' && now.outcome === 'completed' ? before : now;
}

import type { JudgedRun } from '../judged-run.ts';
import type { ScenarioVerdict } from '../../record/types.ts';
import { judgedRun, judgedScenario } from '../testing/judged.ts';
import { historyOf } from './history.ts';
import type { HistoryOptions } from './history.ts';
import type { History } from './history-schema.ts';

/** The history of invented runs. */
export function lookBack(runs: readonly JudgedRun[], more: Partial<HistoryOptions> = {}): History {
  return historyOf(runs, { environment: 'prod-a', issues: [], today: '2026-03-01', tool: 'ha-acceptance 0.0.0-synthetic', unreadable: [], ...more });
}

/** A night each with an outage of this true length; `change` makes another scenario of it. */
export function nightsOf(truths: readonly number[], change: (scenario: ScenarioVerdict, night: number) => ScenarioVerdict = (scenario) => scenario): JudgedRun[] {
  return truths.map((truth, night) => judgedRun('prod-a', night, [change(judgedScenario([truth]), night)]));
}

/** Blindness of the prober for this long: the end of each outage may lie so much later. */
export function seenBlind(scenario: ScenarioVerdict, blindMs: number): ScenarioVerdict {
  return { ...scenario, blind: blindMs, measurements: scenario.measurements.map((one) => ({ ...one, hi: (one.hi ?? 0) + blindMs })) };
}

/** The same seen by probes that left every so many ms. */
export function seenCoarsely(scenario: ScenarioVerdict, period: number): ScenarioVerdict {
  return { ...scenario, measurements: scenario.measurements.map(({ lo, hi, ...one }) => ({ ...one, period, lo: Math.max(0, lo - period + 10), hi: (hi ?? 0) + period - 10 })) };
}

/** Numbers in [0, 1) that are the same every time (Lehmer's generator, Park and Miller 1988). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

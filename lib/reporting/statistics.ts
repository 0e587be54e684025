import { median, medianInterval } from '../measurement/statistics.ts';
import type { Measurement, ScenarioVerdict, Statistic, StatisticRun } from '../record/types.ts';

type Key = Required<Pick<Statistic, 'row' | 'measurement' | 'guest' | 'variant' | 'role' | 'of' | 'probe' | 'from' | 'to' | 'unit'>>;

/** What figures must have in common to be put together: another guest, variant, role of the target or move is another thing. */
function keyOf({ row, guest, variant = null, target }: ScenarioVerdict, { name, guest: of = null, probe = null, from, to, unit }: Measurement): Key {
  return { row, measurement: name, guest, variant, role: target.role, of, probe, from, to, unit };
}

/**
 * Statistics of each measurement of the same kind over repeats: n figures, the median of their middles, its exact confidence
 * interval (95 %, from 6 figures on) and the worst upper end, every run's figure, and the runs that gave none. A figure without an
 * upper end has no middle and makes median, interval and worst null: it is a hole, not a small number.
 */
export function statisticsOf(scenarios: readonly ScenarioVerdict[]): Statistic[] {
  const groups = new Map<string, { key: Key; runs: StatisticRun[] }>();
  for (const scenario of scenarios) {
    for (const measurement of scenario.measurements) {
      const key = keyOf(scenario, measurement);
      const group = groups.get(JSON.stringify(key)) ?? { key, runs: [] };
      groups.set(JSON.stringify(key), group);
      group.runs.push({ scenario: scenario.id, lo: measurement.lo, hi: measurement.hi, verdict: measurement.verdict ?? scenario.verdict });
    }
  }
  return [...groups.values()].map(({ key, runs }) => {
    const { row, guest, variant, measurement, ...about } = key;
    const middles = runs.flatMap(({ lo, hi }) => (hi === null ? [] : [(lo + hi) / 2]));
    const whole = middles.length === runs.length;
    const interval = whole ? medianInterval(middles) : null;
    const same = scenarios.filter((scenario) => scenario.row === row && scenario.guest === guest && (scenario.variant ?? null) === variant && (scenario.target.role === about.role || scenario.measurements.length === 0));
    return {
      row,
      measurement,
      n: runs.length,
      median: whole ? median(middles) : null,
      interval: interval === null ? null : { lo: interval.lo, hi: interval.hi },
      worst: whole ? Math.max(...runs.map(({ hi }) => hi ?? 0)) : null,
      guest,
      variant,
      ...about,
      runs,
      holes: same.map(({ id }) => id).filter((id) => !runs.some(({ scenario }) => scenario === id)),
    };
  });
}

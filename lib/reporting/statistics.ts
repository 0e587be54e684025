import { median, medianInterval } from '../measurement/statistics.ts';
import type { ScenarioVerdict, Verdicts } from '../record/types.ts';

/**
 * Statistics of each row and measurement over repeats: n figures, the median of their middles, its exact confidence interval (95 %,
 * from 6 figures on) and the worst upper end. A figure without an upper end has no middle and makes median, interval and worst null:
 * it is a hole, not a small number.
 */
export function statisticsOf(scenarios: readonly ScenarioVerdict[]): Verdicts['statistics'] {
  const groups = new Map<string, Verdicts['statistics'][number] & { figures: { lo: number; hi: number | null }[] }>();
  for (const { row, measurements } of scenarios) {
    for (const { name, lo, hi } of measurements) {
      const key = `${row} ${name}`;
      const group = groups.get(key) ?? { row, measurement: name, n: 0, median: null, interval: null, worst: null, figures: [] };
      groups.set(key, group);
      group.figures.push({ lo, hi });
    }
  }
  return [...groups.values()].map(({ row, measurement, figures }) => {
    const middles = figures.flatMap(({ lo, hi }) => (hi === null ? [] : [(lo + hi) / 2]));
    const whole = middles.length === figures.length;
    const interval = whole ? medianInterval(middles) : null;
    return {
      row,
      measurement,
      n: figures.length,
      median: whole ? median(middles) : null,
      interval: interval === null ? null : { lo: interval.lo, hi: interval.hi },
      worst: whole ? Math.max(...figures.map(({ hi }) => hi ?? 0)) : null,
    };
  });
}

import { defaultLimitsFor } from '../environment/default-limits.ts';
import type { Environment } from '../environment/environment.ts';
import { describeFile } from '../environment/problem.ts';
import { fileThatSet, idleFiles } from '../record/limit-files.ts';
import type { MeasurementName, RowName } from '../record/types.ts';

/** What would judge a row: ms for durations, else counts. */
export interface PlannedLimits {
  limits: Record<string, number>;
  /** The file that set each of `limits`. */
  limitsFrom: Record<string, string>;
  /** What judges a measurement that `limits` does not name, ms. */
  defaultLimits: Record<string, number>;
}

type Judging = Pick<Environment, 'limits' | 'limitFiles' | 'probe'>;

export function plannedLimits({ limits, limitFiles, probe }: Judging, row: RowName): PlannedLimits {
  const set = Object.entries(limits[row] ?? {}) as [MeasurementName, number][];
  const defaults = Object.entries(defaultLimitsFor(probe.periodMs)[row] ?? {});
  return {
    limits: Object.fromEntries(set),
    limitsFrom: Object.fromEntries(set.flatMap(([name, limit]) => {
      const file = fileThatSet(limitFiles, row, name, limit);
      return file === undefined ? [] : [[name, describeFile(file)]];
    })),
    defaultLimits: Object.fromEntries(defaults.filter(([name]) => !set.some(([named]) => named === name))),
  };
}

/** The limits of a row in words, one each: `outage <= 1000 ms (environments/prod-a.yaml)`. */
export function sayPlannedLimits({ limits, limitsFrom, defaultLimits }: PlannedLimits): string[] {
  const say = (name: string, limit: number, from: string | undefined): string => `${name} <= ${limit} ${name === 'lost' ? 'packets' : 'ms'}${from === undefined ? '' : ` (${from})`}`;
  return [...Object.entries(limits).map(([name, limit]) => say(name, limit, limitsFrom[name])), ...Object.entries(defaultLimits).map(([name, limit]) => say(name, limit, 'default'))];
}

/** Files of other limits that name none of what is planned, as sentences. */
export function idleLimitFiles({ limitFiles }: Judging, rows: readonly RowName[]): string[] {
  return idleFiles(limitFiles.slice(0, -1), rows).map((file) => `${file} names no limit of what is planned: it changes nothing here.`);
}

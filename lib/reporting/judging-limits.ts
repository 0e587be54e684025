import { sayLimitValue } from '../judgement/wording.ts';
import type { LimitSource } from '../record/judged-by.ts';
import { fileThatSet, idleFiles, mergedLimits } from '../record/limit-files.ts';
import type { Limits, LimitsOfFile, MeasurementName, RowName, RunDescription, ScenarioVerdict } from '../record/types.ts';

/** Other limits than those the run was made with. */
export interface OtherLimits {
  limits: Limits;
  limitsFrom: string;
}

/** A limit that judged, ms or packets, and who set it: `from` is the file, or `default`. */
export interface JudgingLimit {
  row: RowName;
  name: MeasurementName;
  limit: number;
  source: LimitSource;
  from: string;
}

/** The limits of a record, the first of those who name one judges. */
export interface LimitChoice {
  /** What files set, so that it must be measured. Defaults are not among it. */
  set: Limits;
  /** What judges a measurement of a row; null where nobody set a limit. */
  limitFor: (row: RowName, name: MeasurementName) => JudgingLimit | null;
  /** The files with other limits than the environment's that somebody wanted it judged by, for this judging or for the run. */
  asked: LimitsOfFile[];
}

const keysOf = <K extends string>(of: Partial<Record<K, unknown>> | undefined): K[] => Object.keys(of ?? {}) as K[];

/**
 * Other limits come before the run's own, and those before the defaults that the run recorded. So a limit that a file for judging again
 * does not name stays the run's own: leaving it out loosens nothing.
 */
export function chooseLimits({ limits: own, limitsFrom, limitFiles = [], defaultLimits = {} }: Pick<RunDescription, 'limits' | 'limitsFrom' | 'limitFiles' | 'defaultLimits'>, other: OtherLimits | null): LimitChoice {
  const again: LimitsOfFile[] = other === null ? [] : [{ file: other.limitsFrom, limits: other.limits }];
  const inRun = (file: string): string => (other === null ? file : `${file}, the run's own`);
  const sources: readonly [LimitSource, Limits, (row: RowName, name: MeasurementName, limit: number) => string][] = [
    ['rejudge', other?.limits ?? {}, () => other?.limitsFrom ?? ''],
    ['run', own, (...of) => inRun(fileThatSet(limitFiles, ...of) ?? limitsFrom)],
    ['default', defaultLimits, () => 'default'],
  ];
  return {
    set: mergedLimits([...again, { file: limitsFrom, limits: own }]),
    asked: [...again, ...limitFiles.slice(0, -1).map(({ file, limits }) => ({ file: inRun(file), limits }))],
    limitFor(row, name) {
      const [first] = sources.flatMap(([source, limits, from]): JudgingLimit[] => {
        const limit = limits[row]?.[name];
        return limit === undefined ? [] : [{ row, name, limit, source, from: from(row, name, limit) }];
      });
      return first ?? null;
    },
  };
}

/** The limits that judged these scenarios: what was set for their rows, and the defaults of what was measured. */
export function limitsThatJudged(scenarios: readonly ScenarioVerdict[], { set, limitFor }: LimitChoice): JudgingLimit[] {
  const rows = [...new Set(scenarios.map(({ row }) => row))];
  return rows.flatMap((row) => {
    const measured = scenarios.flatMap((scenario) => (scenario.row === row ? scenario.measurements : []));
    const names = new Set([...keysOf(set[row]), ...measured.map(({ name }) => name)]);
    return [...names].flatMap((name) => limitFor(row, name) ?? []);
  });
}

/** Where the limits come from that judged, in words; a file that names none of what was run is told as such. */
export function sayLimitsFrom(limits: readonly JudgingLimit[], { asked }: LimitChoice): string {
  const sources = [...new Set(limits.map(({ from }) => from))];
  const idle = idleFiles(asked, [...new Set(limits.map(({ row }) => row))]).map((file) => `${file} (names no limit of what was run)`);
  return [...idle, ...sources].join('; ') || 'nowhere: no limit was set';
}

/** A limit in words: `outage 60 s`. */
export function sayLimit({ name, limit }: Pick<JudgingLimit, 'name' | 'limit'>): string {
  return `${name} ${sayLimitValue(limit, name === 'lost' ? 'packets' : 'ms')}`;
}

/** Limits in words, each with who set it; `none` when nobody set one. */
export function sayLimits(limits: readonly JudgingLimit[]): string {
  return limits.map((limit) => `${sayLimit(limit)} (${limit.from})`).join(', ') || 'none';
}

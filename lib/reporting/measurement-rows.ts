import { sayInterval, sayLimitValue, sayMove } from '../judgement/wording.ts';
import type { LimitSource } from '../record/judged-by.ts';
import type { Measurement, ScenarioVerdict } from '../record/types.ts';
import { verdictWords } from './words.ts';

/** Columns of a table of measurements for people. */
export const measurementHead = ['Measurement', 'Move', 'Figure', 'Limit', 'Verdict', 'Source'] as const;

const setBy: Record<LimitSource, string> = { run: '', rejudge: ' (judged again)', default: ' (default)' };

/** A measurement as cells under `measurementHead`. */
export function measurementCells(measurement: Measurement): string[] {
  const { name, unit, limit, limitFrom, verdict, period, source } = measurement;
  return [name, sayMove(measurement), sayInterval(measurement, unit, limit), limit === null ? 'none' : `${sayLimitValue(limit, unit)}${setBy[limitFrom ?? 'run']}`, verdict === null ? 'not judged' : verdictWords[verdict].word, `${source}${period === null ? '' : `, every ${period} ms`}`];
}

/** Where a scenario's fault was aimed, in words; null when it had no target. */
export function sayTarget({ target: { node, role, disk } }: Pick<ScenarioVerdict, 'target'>): string | null {
  if (node === null && disk === null) return null;
  return `${disk === null ? '' : `${disk} of `}${node ?? 'a node'}${role === null ? '' : ` (${role})`}`;
}

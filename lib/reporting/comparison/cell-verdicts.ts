import { sayValue } from '../../judgement/wording.ts';
import { fileThatSet } from '../../record/limit-files.ts';
import type { Measurement, ScenarioVerdict, Verdict } from '../../record/types.ts';
import type { JudgedRun } from '../judged-run.ts';
import { sayCounts } from '../words.ts';
import type { CellFigure, CellSide } from './comparison-schema.ts';

type Judged = CellSide['judged'];

/** A figure with the run that it is of. */
export interface JudgedFigure {
  run: Pick<JudgedRun, 'description'>;
  scenario: Pick<ScenarioVerdict, 'row'>;
  measurement: Pick<Measurement, 'name' | 'limit' | 'limitFrom'>;
}

/** How often each verdict was given; those that were not are 0. */
export function countVerdicts(judged: readonly { verdict: Verdict }[]): Record<Verdict, number> {
  const counts: Record<Verdict, number> = { pass: 0, fail: 0, inconclusive: 0, blocked: 0, 'not-applicable': 0 };
  for (const { verdict } of judged) counts[verdict] += 1;
  return counts;
}

/** Who set a limit, in words; null where there is none. */
function whoSet({ run: { description: { limitFiles = [], limitsFrom } }, scenario: { row }, measurement: { name, limit, limitFrom = null } }: JudgedFigure): string | null {
  if (limit === null) return null;
  if (limitFrom === null) return 'by whom is not told';
  return { run: fileThatSet(limitFiles, row, name, limit) ?? limitsFrom, rejudge: 'judged again', default: 'default' }[limitFrom];
}

/** How the figures of a cell and the scenarios without one were judged, and by which limits, each with how many figures it judged. */
export function judgedOf(found: readonly JudgedFigure[], figures: readonly Pick<CellFigure, 'verdict'>[], holes: CellSide['holes']): Judged {
  const limits = new Map<string, Judged['limits'][number]>();
  for (const figure of found) {
    const { limit, limitFrom = null } = figure.measurement;
    const setBy = whoSet(figure);
    const key = JSON.stringify([limit, limitFrom, setBy]);
    const known = limits.get(key) ?? { limit, limitFrom, setBy, figures: 0 };
    known.figures += 1;
    limits.set(key, known);
  }
  return { figures: countVerdicts(figures), withoutFigure: countVerdicts(holes), limits: [...limits.values()] };
}

/** Verdicts counted, in words: `5 pass, 1 inconclusive`. */
export function sayVerdicts(counts: Record<Verdict, number>): string {
  return sayCounts((Object.entries(counts) as [Verdict, number][]).flatMap(([verdict, count]) => Array.from({ length: count }, () => ({ verdict }))));
}

function sayLimits({ limits }: Judged): string {
  const say = ({ limit, setBy }: Judged['limits'][number]): string => (limit === null ? 'no limit (verdicts of the scenarios)' : `limit ${sayValue(limit, 'ms')} (${setBy ?? ''})`);
  return limits.map((limit) => `${say(limit)}${limits.length === 1 ? '' : ` for ${limit.figures}`}`).join(', ');
}

/** How a side was judged in a cell: `5 pass, 1 inconclusive; without a figure: 2 blocked; limit 60 s (pve.yaml)`. Empty where nothing was to be judged. */
export function sayJudged({ judged }: Pick<CellSide, 'judged'>): string {
  const some = (counts: Record<Verdict, number>): boolean => Object.values(counts).some((count) => count > 0);
  return [
    ...(some(judged.figures) ? [sayVerdicts(judged.figures)] : []),
    ...(some(judged.withoutFigure) ? [`without a figure: ${sayVerdicts(judged.withoutFigure)}`] : []),
    ...(judged.limits.length === 0 ? [] : [sayLimits(judged)]),
  ].join('; ');
}

import * as z from 'zod';
import { measurementNames, rowNames } from '../../record/types.ts';

const text = z.string().nullable();
const verdict = z.enum(['pass', 'fail', 'inconclusive', 'blocked', 'not-applicable']);

const effect = z.object({ row: z.enum(rowNames), variant: text, guest: text, role: text });

const known = z.object({ reason: z.string(), until: z.string(), link: text });

const point = z.object({ run: z.string(), at: z.string(), lo: z.number(), hi: z.number().nullable(), figures: z.int().positive() });

const standing = z.object({
  run: z.string(),
  at: z.string(),
  before: z.string(),
  p: z.number(),
  shift: z.object({ estimate: z.number(), lo: z.number(), hi: z.number(), coverage: z.number() }),
  medians: z.object({ before: z.number(), after: z.number() }),
  alongside: z.array(z.string()),
  known: known.nullable(),
  sentence: z.string(),
});

const change = standing.extend({ regression: z.boolean(), latest: z.boolean() });

const series = effect.extend({
  measurement: z.enum(measurementNames), of: text, probe: text, moves: z.boolean(),
  /** The one move that it is of; null: all figures of a run, as their median. */
  way: z.object({ from: text, to: text }).nullable(),
  /** What judged the newest figure. */
  limit: z.number().nullable(), limitFrom: z.enum(['run', 'rejudge', 'default']).nullable(), resolution: z.number(), periodsMs: z.array(z.number()), points: z.array(point), changes: z.array(change),
  /** How much worse than its best earlier level it still is although the latest change was for the better; `run` left that level. Null: it is not. */
  standing: standing.nullable(),
  /** Why no change was looked for; null: it was. */
  tooShort: text,
});

const finding = z.object({ run: z.string(), alongside: z.array(z.string()), known: known.nullable(), sentence: z.string() });

const outcome = effect.extend({
  verdicts: z.array(z.object({ run: z.string(), verdict })),
  /** Since which run it fails although it passed before; null: it does not. */
  failingSince: finding.nullable(),
  /** Since which run nothing is established any more (blocked, inconclusive, not applicable, not run) although it was before; null: it is. */
  notEstablishedSince: finding.nullable(),
  /** That it was run and never passed, as a sentence; null: it did. */
  neverPassed: text,
});

/** `history.json`. Durations are milliseconds; absent is null. Runs are in order of time. */
export const historySchema = z.object({
  schema: z.literal(1),
  tool: z.string(),
  environment: z.string(),
  headline: z.string(),
  reservations: z.array(z.string()),
  runs: z.array(z.object({ run: z.string(), at: z.string(), verdict, tool: z.string(), derivedBy: z.string().exactOptional(), simulated: z.boolean(), unended: z.literal(true).exactOptional(), versions: z.record(z.string(), z.string()) })),
  /** Measurements that got worse, rows that fail, and rows that are no longer established; known issues left out. */
  regressions: z.int().nonnegative(),
  /** Changes that stand out of their own row and guest and not of all that was looked at: as many are to be expected by chance. */
  possible: z.array(z.string()),
  outcomes: z.array(outcome),
  series: z.array(series),
});

export type History = z.output<typeof historySchema>;
export type HistorySeries = z.output<typeof series>;
export type HistoryChange = z.output<typeof change>;
export type HistoryStanding = z.output<typeof standing>;
export type HistoryPoint = z.output<typeof point>;
export type HistoryFinding = z.output<typeof finding>;
export type HistoryOutcome = z.output<typeof outcome>;

/** JSON Schema of `history.json`. */
export function historyJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(historySchema);
}

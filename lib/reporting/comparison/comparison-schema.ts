import * as z from 'zod';
import { measurementNames, phaseNames, rowNames } from '../../record/types.ts';

const text = z.string().nullable();
const number = z.number().nullable();
const verdict = z.enum(['pass', 'fail', 'inconclusive', 'blocked', 'not-applicable']);

/** `eventsSha256`, `verdictsSha256`: of events.jsonl and of verdicts.json, from which the figures were read; null for a file that is not there. */
const run = z.object({ environment: z.string(), run: z.string(), startedAt: z.string(), tool: z.string(), derivedBy: z.string().exactOptional(), profile: text, simulated: z.boolean(), incomplete: z.boolean(), eventsSha256: text, verdictsSha256: text });
const side = z.object({ name: z.string(), platform: z.string(), runs: z.array(run) });

const figure = z.object({ run: z.string(), scenario: z.string(), from: text, to: text, lo: z.number(), hi: number, verdict });
const hole = z.object({ run: z.string(), scenario: z.string(), verdict, reason: text });

const counts = z.record(verdict, z.int().nonnegative());

/** A limit that judged so many figures, ms; null: nobody set one, so that their verdicts are those of the scenarios. `setBy` is a file, or what else set it, in words. */
const limit = z.object({ limit: number, limitFrom: z.enum(['run', 'rejudge', 'default']).nullable(), setBy: text, figures: z.int().nonnegative() });
/** How often each verdict was given: of the figures, and of the scenarios without one. */
const judged = z.object({ figures: counts, withoutFigure: counts, limits: z.array(limit) });

const cellSide = z.object({
  n: z.int().nonnegative(),
  runs: z.int().nonnegative(),
  median: number,
  interval: z.object({ lo: z.number(), hi: z.number(), coverage: z.number() }).nullable(),
  worst: number,
  unended: z.int().nonnegative(),
  periodMs: number,
  resolution: z.number().nonnegative(),
  sources: z.array(z.string()),
  figures: z.array(figure),
  holes: z.array(hole),
  judged,
  missing: text,
});

const shift = z.object({ estimate: z.number(), lo: number, hi: number, coverage: number });
const pair = z.object({
  first: z.int().nonnegative(),
  second: z.int().nonnegative(),
  word: z.enum(['different', 'equivalent', 'below-resolution', 'not-enough-data', 'not-comparable']),
  because: z.string(),
  shift: shift.nullable(),
  resolution: number,
  margin: number,
  sentence: z.string(),
});

const key = z.object({ row: z.enum(rowNames), variant: text, guest: text, role: text });
const cell = key.extend({ measurement: z.enum(measurementNames), of: text, probe: text, moves: z.boolean(), sides: z.array(cellSide), pairs: z.array(pair) });

const phase = z.object({ name: z.enum(phaseNames), lo: z.number(), hi: z.number() });
/** How each phase stands on two sides: `n`, `reached` and `medians` (ms since the fault was commanded) are of the first and the second. */
const phasePair = pair.extend({ phase: z.enum(phaseNames), n: z.array(z.int().nonnegative()), reached: z.array(z.int().nonnegative()), medians: z.array(number) });
/** `without`: scenarios that left no recovery. `roles`: the recoveries of all roles taken together, and how many of which; null where they are of one role. */
const phases = key.extend({ sides: z.array(z.object({ n: z.int().nonnegative(), runs: z.int().nonnegative(), without: z.int().nonnegative(), phases: z.array(phase), roles: text })), pairs: z.array(phasePair) });

/** `equal`: every run of every side has the same value; a null is a value that no run of a side has. `mixed`: runs of one side differ in it. */
const condition = z.object({ kind: z.enum(['must-be-equal', 'limit', 'setting', 'version']), what: z.string(), values: z.array(text), equal: z.boolean(), mixed: z.boolean() });

/** `n`: figures of each side, of the variant with the fewest. */
const downtime = z.object({ row: z.enum(rowNames), eventsPerYear: z.number(), n: z.array(z.int().nonnegative()), median: z.array(z.number()), worst: z.array(z.number()) });
const availability = z.object({
  guest: z.string(),
  rows: z.array(downtime),
  leftOut: z.array(z.string()),
  /** Why each of `leftOut` is, in the same order. */
  because: z.array(z.string()),
  /** Of each side; empty where every row is left out. */
  perYear: z.array(z.object({ medianMs: z.number(), worstMs: z.number(), availability: z.number(), worstAvailability: z.number() })),
});

/** `comparison.json`. Durations are milliseconds; absent is null. The order of `sides` is the same everywhere. */
export const comparisonSchema = z.object({
  schema: z.literal(1),
  tool: z.string(),
  command: z.string(),
  sides: z.array(side).min(2),
  headline: z.string(),
  reservations: z.array(z.string()),
  cells: z.array(cell),
  verdicts: z.array(key.extend({ sides: z.array(counts) })),
  phases: z.array(phases),
  conditions: z.array(condition),
  availability: z.array(availability),
});

export type Comparison = z.output<typeof comparisonSchema>;
export type ComparedSide = z.output<typeof side>;
export type ComparedCell = z.output<typeof cell>;
export type CellSide = z.output<typeof cellSide>;
export type CellPair = z.output<typeof pair>;
export type CellFigure = z.output<typeof figure>;
export type Condition = z.output<typeof condition>;
export type ComparedPhases = z.output<typeof phases>;
export type PhasePair = z.output<typeof phasePair>;
export type Availability = z.output<typeof availability>;
/** What scenarios must have in common to be put side by side, whatever the platform. */
export type EffectKey = z.output<typeof key>;

/** JSON Schema of `comparison.json`. */
export function comparisonJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(comparisonSchema);
}

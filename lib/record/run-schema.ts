import * as z from 'zod';
import { measurementNames, rowNames } from './types.ts';
import type { RunDescription } from './types.ts';

/** Limits as they stand in run.json: row, measurement, milliseconds or a count. */
const limitsSchema = z.partialRecord(z.enum(rowNames), z.partialRecord(z.enum(measurementNames), z.number().nonnegative()));
const texts = z.record(z.string(), z.string());

const spread = z.object({ median: z.number().nullable(), p95: z.number().nullable(), max: z.number().nullable() });
const count = z.int().nonnegative();
const calibrationSchema = z.looseObject({
  engine: z.string(),
  engineReason: z.string(),
  method: z.string(),
  periodMs: z.number().positive(),
  outages: count,
  seen: count,
  within: count,
  outsideMs: z.number().nonnegative(),
  errorMs: spread,
  widthMs: spread,
  sendGapMs: z.object({ p99: z.number().nullable(), max: z.number().nullable() }),
  dropped: count,
  lost: count,
  falseLosses: count,
  finestLimitMs: z.number().positive(),
  tookMs: z.number().nonnegative(),
});

/** `run.json`. Keys that a later minor version adds are passed through. */
export const runDescriptionSchema = z.looseObject({
  schema: z.literal(1),
  tool: z.string(),
  run: z.string(),
  environment: z.string(),
  platform: z.string(),
  profile: z.string().nullable(),
  simulated: z.boolean(),
  cluster: z.object({ name: z.string(), identity: z.string(), versions: texts, settings: texts }).nullable(),
  prober: z.object({ engine: z.string(), reason: z.string(), periodMs: z.number().positive(), waitMs: z.number().positive(), lateAfterMs: z.number().positive().nullable() }),
  calibration: calibrationSchema.nullable().optional(),
  calibratedKinds: z.array(z.looseObject({ kind: z.enum(['tcp', 'http', 'dns', 'heartbeat']), figures: calibrationSchema.nullable(), why: z.string().nullable() })).optional(),
  anchor: z.object({ monotonicNs: z.string().regex(/^\d+$/), wall: z.iso.datetime() }),
  suites: z.array(z.string()),
  limits: limitsSchema,
  limitsFrom: z.string(),
  limitFiles: z.array(z.object({ file: z.string(), limits: limitsSchema })).optional(),
  defaultLimits: limitsSchema.optional(),
  seed: z.number(),
  host: z.object({ name: z.string(), kernel: z.string(), node: z.string(), cores: z.number(), user: z.string() }),
  environmentFile: z.record(z.string(), z.unknown()),
}) satisfies z.ZodType<RunDescription>;

/** JSON Schema of `run.json`. */
export function runJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(runDescriptionSchema);
}

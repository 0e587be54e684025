import * as z from 'zod';
import { measurementNames, phaseNames, rowNames } from './types.ts';
import type { Verdicts } from './types.ts';

const verdict = z.enum(['pass', 'fail', 'inconclusive', 'blocked', 'not-applicable']);
const units = ['ms', 'packets', 'errors', 'writes', 'bytes'] as const;
const ms = z.number().nonnegative();
const count = z.number().int().nonnegative().nullable();
const interval = { lo: z.number(), hi: z.number().nullable() };

const measurement = z.object({
  name: z.enum(measurementNames),
  guest: z.string().nullable().exactOptional(),
  probe: z.string().nullable().exactOptional(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  unit: z.enum(units),
  ...interval,
  limit: z.number().nullable(),
  limitFrom: z.enum(['run', 'rejudge', 'default']).nullable().exactOptional(),
  verdict: verdict.nullable(),
  period: ms.nullable(),
  source: z.string(),
});

const target = z.object({ node: z.string().nullable(), role: z.string().nullable(), disk: z.string().nullable() });
const phases = z.array(z.object({ name: z.enum(phaseNames), ...interval }));

const scenario = z.object({
  id: z.string().regex(/^[a-z0-9._-]+$/),
  row: z.enum(rowNames),
  guest: z.string().nullable(),
  variant: z.string().nullable().exactOptional(),
  repeat: z.number().int(),
  target,
  fault: z.string().nullable(),
  verdict,
  reason: z.string().nullable(),
  missingCapability: z.string().nullable(),
  phases,
  recoveries: z.array(z.object({ target, phases })).exactOptional(),
  accounts: z.array(z.object({ name: z.enum(phaseNames), ...interval, source: z.string(), detail: z.string(), agrees: z.boolean() })).exactOptional(),
  disagreements: z.array(z.string()).exactOptional(),
  measurements: z.array(measurement),
  lost: count,
  late: count,
  sent: count,
  duplicates: count,
  blind: ms.nullable(),
  startedAt: z.iso.datetime().nullable(),
  duration: ms.nullable(),
});

const statistic = z.object({
  row: z.enum(rowNames),
  measurement: z.enum(measurementNames),
  n: z.number().int(),
  median: z.number().nullable(),
  interval: z.object(interval).nullable(),
  worst: z.number().nullable(),
  guest: z.string().nullable().exactOptional(),
  variant: z.string().nullable().exactOptional(),
  role: z.string().nullable().exactOptional(),
  of: z.string().nullable().exactOptional(),
  probe: z.string().nullable().exactOptional(),
  from: z.string().nullable().exactOptional(),
  to: z.string().nullable().exactOptional(),
  unit: z.enum(units).exactOptional(),
  runs: z.array(z.object({ scenario: z.string(), ...interval, verdict })).exactOptional(),
  holes: z.array(z.string()).exactOptional(),
});

/** `verdicts.json`. Durations are milliseconds; absent is null. */
export const verdictsSchema = z.object({
  schema: z.literal(1),
  tool: z.string(),
  derivedBy: z.string().exactOptional(),
  limitsFrom: z.string().exactOptional(),
  run: z.string(),
  environment: z.string(),
  platform: z.string(),
  profile: z.string().nullable(),
  simulated: z.boolean(),
  incomplete: z.boolean(),
  verdict,
  scenarios: z.array(scenario),
  statistics: z.array(statistic),
  audit: z.object({ lines: z.number().int().nonnegative(), head: z.string() }).exactOptional(),
}) satisfies z.ZodType<Verdicts>;

/** JSON Schema of `verdicts.json`. */
export function verdictsJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(verdictsSchema);
}

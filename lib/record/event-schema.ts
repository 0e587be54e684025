import * as z from 'zod';
import { measurementNames, phaseNames, probeKinds, rowNames } from './types.ts';
import type { RunEvent } from './types.ts';

/** Shapes of the events that `types.ts` describes, for whoever reads `events.jsonl` or the stream of a run. */
const text = z.string();
const time = z.number();
const target = z.object({ node: text.nullable(), role: text.nullable(), disk: text.nullable() });
const variant = text.nullable().exactOptional();
const stamp = { t: time, wall: text, by: text.exactOptional(), n: z.int().positive().exactOptional() };

function ofRun<Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) {
  return z.object({ ...stamp, kind: z.literal(kind), scenario: z.null(), ...shape });
}

function ofScenario<Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) {
  return z.object({ ...stamp, kind: z.literal(kind), scenario: text, ...shape });
}

const begun = { row: z.enum(rowNames), guest: text.nullable(), variant, repeat: z.int(), title: text };
const transition = { lastBefore: time, firstAfter: time };
const fault = { fault: text, target };
const eitherWay = text.nullable();

/** An event of `events.jsonl`. */
export const eventSchema = z.discriminatedUnion('kind', [
  ofRun('run-started', {}),
  ofRun('run-ended', { reason: z.enum(['completed', 'interrupted', 'time-cap', 'runner-died']) }),
  ofRun('record-gap', { from: time, lost: z.number(), reason: text, of: text.nullable().exactOptional() }),
  z.object({ ...stamp, kind: z.literal('note'), scenario: eitherWay, level: z.enum(['info', 'warning', 'error']), message: text }),
  ofScenario('scenario-planned', begun),
  ofScenario('scenario-started', { ...begun, fault: text.nullable(), target }),
  ofScenario('target', { target }),
  ofScenario('scenario-ended', { outcome: z.enum(['completed', 'blocked', 'not-applicable', 'inconclusive', 'error']), reason: text.nullable(), missingCapability: text.nullable() }),
  ofScenario('step-started', { step: z.int(), title: text }),
  ofScenario('step-ended', { step: z.int(), title: text, ok: z.boolean(), error: text.nullable() }),
  ofScenario('progress', { message: text }),
  ofScenario('probe-started', { probe: text, probeKind: z.enum(probeKinds), guest: text.nullable(), target: text, engine: text, engineReason: text.exactOptional(), resolution: text.exactOptional(), periodMs: z.number(), waitMs: z.number(), file: text }),
  ofScenario('probe-stopped', { probe: text, sent: z.int(), answered: z.int() }),
  ofScenario('prober-blind', { probe: text, from: time, to: time, reason: text }),
  ofScenario('baseline', { from: time, to: time }),
  ofScenario('fault-injecting', { ...fault, journal: text.nullable() }),
  ofScenario('fault-injected', fault),
  ofScenario('fault-reverting', { ...fault, journal: text.nullable() }),
  ofScenario('fault-reverted', { ...fault, verified: z.boolean() }),
  ofScenario('phase', { phase: z.enum(phaseNames), source: text, ...transition }),
  ofScenario('account', { phase: z.enum(phaseNames), source: text, detail: text, ...transition }),
  ofScenario('window', { probe: text, measures: z.enum(['outage', 'service-gap']), fromNode: text.nullable(), toNode: text.nullable(), start: time, end: time }),
  ofScenario('measured', { name: z.enum(measurementNames), guest: text.nullable().exactOptional(), fromNode: text.nullable(), toNode: text.nullable(), unit: z.enum(['ms', 'packets', 'errors', 'writes', 'bytes']), source: text, periodMs: z.number().nullable(), lo: z.number(), hi: z.number().nullable() }),
  ofScenario('expectation', { title: text, ok: z.boolean().nullable(), detail: text, common: z.boolean().exactOptional() }),
  ofScenario('mark', { title: text }),
  ofScenario('redundancy', { storage: text.exactOptional(), share: z.number(), detail: text }),
  z.object({ ...stamp, kind: z.literal('evidence'), scenario: eitherWay, title: text, file: text, mediaType: text, size: z.int().exactOptional(), sha256: text.exactOptional() }),
]) satisfies z.ZodType<RunEvent>;

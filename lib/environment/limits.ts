import { resolve } from 'node:path';
import { z } from 'zod';
import { measurementNames, rowNames } from '../record/types.ts';
import type { Limits, MeasurementName, RowName } from '../record/types.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { duration, strict } from './fields.ts';
import { toProblems, wordIssue } from './messages.ts';
import type { Problem } from './problem.ts';
import { readYamlFile, throwProblems } from './yaml-file.ts';
import type { YamlFile } from './yaml-file.ts';

const count = z.int().nonnegative().meta({ description: 'A count' });

function limitOf(name: MeasurementName): z.ZodExactOptional<z.ZodType<number, number | string>> {
  return name === 'lost' ? count.exactOptional() : duration.exactOptional();
}

const measurementLimits = strict(Object.fromEntries(measurementNames.map((name) => [name, limitOf(name)])) as Record<MeasurementName, ReturnType<typeof limitOf>>);

/** The block `limits`: row -> measurement -> limit. Durations are milliseconds once parsed. */
export const limitsSchema = strict(Object.fromEntries(rowNames.map((name) => [name, measurementLimits.exactOptional()])) as Record<RowName, z.ZodExactOptional<typeof measurementLimits>>);

/** Services are asked no more often than this, ms, whatever the probe period: see lib/scenario/probing.ts. */
const fastestServicePeriodMs = 100;

/** Measurements that come from the samples of our own probes, and the period of these: none can be finer than two periods. */
const sampledMeasurements: Partial<Record<MeasurementName, (probePeriodMs: number) => number>> = {
  outage: (probePeriodMs) => probePeriodMs,
  'heartbeat-gap': (probePeriodMs) => Math.max(fastestServicePeriodMs, probePeriodMs),
  'service-gap': (probePeriodMs) => Math.max(fastestServicePeriodMs, probePeriodMs),
};

const written = z.record(z.string(), z.record(z.string(), z.unknown()).catch({})).catch({});

function durationOf(text: unknown): number | null {
  try {
    return typeof text === 'string' ? parseDuration(text) : null;
  } catch {
    return null;
  }
}

/** Limits that the probes cannot judge, because they are below twice the period of the probes they are judged by. `limits` is the block as written. */
export function limitsTooFine(limits: unknown, probePeriodMs: number): Problem[] {
  return Object.entries(written.parse(limits)).flatMap(([row, measurements]) =>
    Object.entries(sampledMeasurements).flatMap(([name, periodOf]): Problem[] => {
      const limitMs = durationOf(measurements[name]);
      const periodMs = periodOf(probePeriodMs);
      if (limitMs === null || limitMs >= 2 * periodMs) return [];
      const wayOut = limitMs >= 2 * periodOf(0) && limitMs > 0 ? `, or make probe.period ${formatDuration(limitMs / 2)} or less` : '';
      const message = `the limit of ${formatDuration(limitMs)} is too fine for a probe every ${formatDuration(periodMs)}, which tells an outage to within two periods. Set it to ${formatDuration(2 * periodMs)} or more${wayOut}.`;
      return [{ path: ['limits', row, name], part: 'value', message }];
    }),
  );
}

const limitsFileSchema = strict({ limits: limitsSchema });

/** A file with a block `limits:` and nothing else, its limits and what is wrong with them. */
export function readLimitsFile(path: string): { file: YamlFile; limits: Limits; problems: Problem[] } {
  const file = readYamlFile(resolve(path));
  const { success, data, error } = limitsFileSchema.safeParse(file.value ?? {}, { error: wordIssue });
  return { file, limits: success ? data.limits : {}, problems: success ? [] : toProblems(error.issues) };
}

/**
 * Limits of a file that holds a block `limits:` as an environment file does, for probes of this period. Both in milliseconds.
 *
 * @throws EnvironmentError with everything that is wrong with it, limits that such probes cannot judge among it.
 */
export function loadLimitsFile(path: string, probePeriodMs: number): Limits {
  const { file, limits, problems } = readLimitsFile(path);
  const tooFine = limitsTooFine((file.value as { limits?: unknown } | null)?.limits, probePeriodMs);
  throwProblems([...problems, ...tooFine].map((problem) => ({ file, problem })));
  return limits;
}

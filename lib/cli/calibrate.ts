import { formatDuration } from '../environment/duration.ts';
import type { Environment } from '../environment/environment.ts';
import { distrust, evaluateCalibration } from '../measurement/calibration.ts';
import type { Family } from '../probes/address.ts';
import { showSyntheticOutages } from '../probes/calibration/calibrate.ts';
import type { Calibration, Limits, RowName } from '../record/types.ts';
import type { Finding } from '../safety/invariants.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { familiesOf } from './prober-choice.ts';

/** A moment of load is no property of the machine: what is refused is measured once more. */
const attempts = 2;

/**
 * Measures synthetic outages of known length with the prober that the run will use, in a few seconds. Null when the run measures
 * nothing by ICMP.
 *
 * @throws CommandError when no prober can run here; the reason of the signal when it aborts.
 */
export async function calibrateProber(environment: Environment, signal: AbortSignal, rows: readonly RowName[] | null = null): Promise<Calibration | null> {
  const families = familiesOf(environment);
  if (families.length === 0) return null;
  let calibration = await calibrateOnce(environment.probe.periodMs, families, signal);
  for (let attempt = 1; attempt < attempts && objections(calibration, environment.limits, rows).length > 0; attempt++) calibration = await calibrateOnce(environment.probe.periodMs, families, signal);
  return calibration;
}

async function calibrateOnce(periodMs: number, families: readonly Family[], signal: AbortSignal): Promise<Calibration> {
  const beganMs = performance.now();
  const { engine, reason, where, targets } = await showSyntheticOutages(periodMs, families, signal).catch((error: Error) => {
    signal.throwIfAborted();
    throw new CommandError(`${error.message}. An ICMP probe needs root, or an address range in net.ipv4.ping_group_range, or the package iputils-ping.`, exitCode.refused);
  });
  return { engine, engineReason: reason, method: where, ...evaluateCalibration(targets, periodMs), tookMs: Math.round(performance.now() - beganMs) };
}

/** Why the calibrated prober cannot judge the limits of these rows (null: of all). */
export function objections(calibration: Calibration, limits: Limits, rows: readonly RowName[] | null): string[] {
  const why = distrust(calibration);
  const { finestLimitMs, periodMs, widthMs, sendGapMs } = calibration;
  return (Object.entries(limits) as [RowName, Limits[RowName]][]).flatMap(([row, measurements]) => {
    const limitMs = measurements?.outage;
    if (limitMs === undefined || (rows !== null && !rows.includes(row))) return [];
    if (why !== null) return [`limits.${row}.outage of ${formatDuration(limitMs)} cannot be judged by this prober: ${why}`];
    if (limitMs >= finestLimitMs) return [];
    return [`limits.${row}.outage of ${formatDuration(limitMs)} is finer than what was calibrated here, ${formatDuration(finestLimitMs)}: at a period of ${formatDuration(periodMs)} the bounds of a synthetic outage lay ${formatDuration(widthMs.p95 ?? 0)} apart (95 %), with up to ${formatDuration(sendGapMs.p99 ?? 0)} between two probes (99 %)`];
  });
}

const remedy = 'Take load off this machine, let the prober have real-time priority (root, or an rtprio limit), or set a coarser limit';

/** @throws CommandError before anything runs, when a limit of these rows is finer than what was calibrated. */
export function refuseUncalibrated(calibration: Calibration | null, limits: Limits, rows: readonly RowName[]): void {
  if (calibration === null) return;
  const all = objections(calibration, limits, rows);
  if (all.length === 0) return;
  const message = ['The prober was calibrated before the run, and it is not good enough; nothing was injected.', ...all.map((text) => `  ${text}.`), `${remedy}.`].join('\n');
  throw new CommandError(message, distrust(calibration) === null ? exitCode.usage : exitCode.refused);
}

/** One line about it, for people. */
export function describeCalibration({ outages, within, errorMs, widthMs, sendGapMs, finestLimitMs, periodMs, engine, method, tookMs }: Calibration): string {
  const ms = (value: number | null): string => (value === null ? 'unknown' : formatDuration(value));
  return `${outages} synthetic outages at ${formatDuration(periodMs)} by ${engine}, ${within} with their truth within the bounds; error ${ms(errorMs.median)} / ${ms(errorMs.p95)} / ${ms(errorMs.max)} (median, 95 %, worst), bounds ${ms(widthMs.p95)} apart, ${ms(sendGapMs.p99)} between probes (99 %); limits from ${ms(finestLimitMs)} on; dropped ${method}, took ${formatDuration(Math.round(tookMs / 100) * 100)}`;
}

/** What `check` says of the prober. */
export async function calibrationFinding(environment: Environment, signal: AbortSignal): Promise<Finding[]> {
  const title = 'the prober of this machine is exact enough for the limits';
  try {
    const calibration = await calibrateProber(environment, signal);
    if (calibration === null) return [];
    const all = objections(calibration, environment.limits, null);
    return [{ title, ok: all.length === 0, detail: [...all, describeCalibration(calibration)].join('; '), remedy: `${remedy}.` }];
  } catch (error) {
    return [{ title, ok: false, detail: (error as Error).message, remedy: 'Run it as root, set net.ipv4.ping_group_range, or install iputils-ping.' }];
  }
}

import { defaultLimitsFor } from '../environment/default-limits.ts';
import { formatDuration } from '../environment/duration.ts';
import type { Environment } from '../environment/environment.ts';
import { distrust, evaluateCalibration, tolerances } from '../measurement/calibration.ts';
import { familyOf } from '../probes/address.ts';
import type { Family } from '../probes/address.ts';
import { showSyntheticOutages } from '../probes/calibration/calibrate.ts';
import type { StreamWish } from '../probes/calibration/streams.ts';
import type { IcmpEngineChoice } from '../probes/icmp-engine.ts';
import type { ProbeSpec } from '../probes/probe.ts';
import { watchedAddress } from '../probes/spec.ts';
import type { Calibration } from '../record/calibration.ts';
import type { KindCalibration, Limits, MeasurementName, ProbeKind, RowName } from '../record/types.ts';
import type { Finding } from '../safety/invariants.ts';
import { probeSpecs } from '../scenario/probing.ts';
import { CommandError, exitCode } from './exit-code.ts';

/** What is known of this machine's prober: of icmp (null: nothing is measured by it), and of each other kind that is used. */
export interface Calibrated {
  icmp: Calibration | null;
  kinds: KindCalibration[];
}

/** A moment of load is no property of the machine: what is refused is measured once more. */
const attempts = 2;

/** Kinds of probes whose figures these limits judge. */
const judgedBy: Partial<Record<MeasurementName, readonly ProbeKind[]>> = { outage: ['icmp'], lost: ['icmp'], 'service-gap': ['tcp', 'http', 'dns'], 'heartbeat-gap': ['heartbeat'] };

/**
 * Measures synthetic outages of known length with the prober that the run will use, each kind at the period of the run, in a few seconds.
 *
 * @throws CommandError when no prober can run here; the reason of the signal when it aborts.
 */
export async function calibrateProber(environment: Environment, signal: AbortSignal, rows: readonly RowName[] | null = null): Promise<Calibrated> {
  const specs = probeSpecs(environment);
  let calibrated = await calibrateFor(specs, signal);
  for (let attempt = 1; attempt < attempts && objections(calibrated, environment.limits, rows).length > 0; attempt++) calibrated = await calibrateFor(specs, signal);
  return calibrated;
}

/** The same for these probes, once. Those of one kind share a period; the shortest counts where they do not. */
export async function calibrateFor(specs: readonly ProbeSpec[], signal: AbortSignal, engine?: IcmpEngineChoice): Promise<Calibrated> {
  const kinds = [...new Set(specs.map(({ kind }) => kind))];
  const wishOf = (kind: ProbeKind): { periodMs: number; families: Family[] } => {
    const own = specs.filter((spec) => spec.kind === kind);
    const families = own.map((spec) => familyOf(watchedAddress(spec) ?? '0.0.0.0'));
    return { periodMs: Math.min(...own.map(({ periodMs }) => periodMs)), families: [...new Set(families)].toSorted((a, b) => a - b) };
  };
  const streams = kinds.flatMap((kind): StreamWish[] => (kind === 'icmp' ? [] : [{ kind, ...wishOf(kind) }]));
  const icmp = kinds.includes('icmp') ? wishOf('icmp') : null;
  if (icmp === null && streams.length === 0) return { icmp: null, kinds: [] };
  const beganMs = performance.now();
  const shown = await showSyntheticOutages({ periodMs: icmp?.periodMs ?? Math.min(...streams.map(({ periodMs }) => periodMs)), families: icmp?.families ?? [], streams, ...(engine === undefined ? {} : { engine }) }, signal).catch((error: Error) => {
    signal.throwIfAborted();
    throw new CommandError(`${error.message}. An ICMP probe needs root, or an address range in net.ipv4.ping_group_range, or the package iputils-ping.`, exitCode.refused);
  });
  const tookMs = Math.round(performance.now() - beganMs);
  const figuresOf = (kind: ProbeKind, periodMs: number): Calibration | null => {
    const own = shown.kinds.find((each) => each.kind === kind);
    return own === undefined ? null : { engine: own.engine, engineReason: own.reason, method: shown.where, ...evaluateCalibration(own.targets, periodMs), tookMs };
  };
  return {
    icmp: icmp === null ? null : figuresOf('icmp', icmp.periodMs),
    kinds: streams.map(({ kind, periodMs }) => {
      const figures = figuresOf(kind, periodMs);
      return { kind, figures, why: figures === null ? `only the kernel's gate in namespaces of its own can show it outages, and that is not to be had here: ${shown.noGate ?? 'none of its probes could be sent'}` : null };
    }),
  };
}

/** Why the calibrated prober cannot judge the limits of these rows (null: of all). A kind that could not be calibrated is no objection: its figures say so. */
export function objections({ icmp, kinds }: Calibrated, limits: Limits, rows: readonly RowName[] | null): string[] {
  const known = [{ kind: 'icmp' as ProbeKind, figures: icmp }, ...kinds].flatMap(({ kind, figures }) => (figures === null ? [] : [{ kind, figures }]));
  return known.flatMap(({ kind, figures }) => {
    const why = distrust(kind, figures);
    if (why === null) return tooFine(kind, figures, limits, rows);
    return isJudged(kind, figures, limits, rows) ? [`no limit can be judged by the ${kind} probes of this prober: ${why}`] : [];
  });
}

/** Whether anything that this kind measures is judged in these rows, by a limit that was set or by a default one. */
function isJudged(kind: ProbeKind, { periodMs }: Calibration, limits: Limits, rows: readonly RowName[] | null): boolean {
  return [limits, defaultLimitsFor(periodMs)].some((all) => limitsOn(kind, all, rows).length > 0);
}

function limitsOn(kind: ProbeKind, limits: Limits, rows: readonly RowName[] | null): { row: RowName; name: MeasurementName; limit: number }[] {
  return (Object.entries(limits) as [RowName, NonNullable<Limits[RowName]>][])
    .filter(([row]) => rows === null || rows.includes(row))
    .flatMap(([row, measurements]) => (Object.entries(measurements) as [MeasurementName, number][]).map(([name, limit]) => ({ row, name, limit })))
    .filter(({ name }) => judgedBy[name]?.includes(kind) === true);
}

function tooFine(kind: ProbeKind, { finestLimitMs, periodMs, widthMs, sendGapMs }: Calibration, limits: Limits, rows: readonly RowName[] | null): string[] {
  const finer = limitsOn(kind, limits, rows).filter(({ name, limit }) => name !== 'lost' && limit < finestLimitMs);
  return finer.map(({ row, name, limit }) => `limits.${row}.${name} of ${formatDuration(limit)} is finer than what was calibrated here for ${kind}, ${formatDuration(finestLimitMs)}: at a period of ${formatDuration(periodMs)} the bounds of a synthetic outage lay ${formatDuration(widthMs.p95 ?? 0)} apart (95 %), with up to ${formatDuration(sendGapMs.p99 ?? 0)} between two probes (99 %)`);
}

const remedy = 'Take load off this machine, let the prober have real-time priority (root, or an rtprio limit), or set a coarser limit';

/** @throws CommandError before anything runs, when a limit of these rows is finer than what was calibrated. */
export function refuseUncalibrated(calibrated: Calibrated, limits: Limits, rows: readonly RowName[]): void {
  const all = objections(calibrated, limits, rows);
  if (all.length === 0) return;
  const message = ['The prober was calibrated before the run, and it is not good enough; nothing was injected.', ...all.map((text) => `  ${text}.`), `${remedy}.`].join('\n');
  throw new CommandError(message, distrusted(calibrated).length > 0 ? exitCode.refused : exitCode.usage);
}

/** Why kinds of this prober are not to be trusted at all, whatever the limits; a sentence each. */
export function distrusted({ icmp, kinds }: Calibrated): string[] {
  return [{ kind: 'icmp' as ProbeKind, figures: icmp }, ...kinds].flatMap(({ kind, figures }) => {
    const why = figures === null ? null : distrust(kind, figures);
    return why === null ? [] : [`the ${kind} probes of this prober are not to be trusted: ${why}`];
  });
}

const percent = (share: number): string => `${share * 100} %`;

/** For `--help`: what a calibration lets pass. */
export const calibrationHelp = `The prober is calibrated first: each kind of probe that the run uses measures synthetic outages of known length, some seconds long,
twice where the first time is not good enough. Refused is, with the reason: a kind that saw none of them, and icmp below ${percent(tolerances.seenShare)} of them; one whose bounds missed
a true length by more than ${percent(tolerances.outsideShare)} of its period and more than ${tolerances.leastOutsideMs} ms; one that called a single probe lost or late where
nothing was dropped; and a limit finer than two periods, plus what the bounds were wider than that (95 % of them) where it is more
than ${percent(tolerances.jitterShare)} of a period. Kinds that cannot be calibrated here refuse nothing and say so beside their figures.`;

/** A line about each kind, for people. */
export function describeCalibrated({ icmp, kinds }: Calibrated): string[] {
  return [...(icmp === null ? [] : [describeCalibration(icmp)]), ...kinds.map(({ kind, figures, why }) => (figures === null ? `${kind} is not calibrated: ${why ?? ''}` : describeCalibration(figures)))];
}

/** One line about one of them. */
export function describeCalibration({ outages, seen, within, errorMs, widthMs, sendGapMs, finestLimitMs, periodMs, engine, method, tookMs }: Calibration): string {
  const ms = (value: number | null): string => (value === null ? 'unknown' : formatDuration(value));
  return `${seen} of ${outages} synthetic outages seen at ${formatDuration(periodMs)} by ${engine}, the truth of ${within} within the bounds; error ${ms(errorMs.median)} / ${ms(errorMs.p95)} / ${ms(errorMs.max)} (median, 95 %, worst), bounds ${ms(widthMs.p95)} apart, ${ms(sendGapMs.p99)} between probes (99 %); limits from ${ms(finestLimitMs)} on; dropped ${method}, took ${formatDuration(Math.round(tookMs / 100) * 100)}`;
}

/** What `check` says of the prober. */
export async function calibrationFinding(environment: Environment, signal: AbortSignal): Promise<Finding[]> {
  const title = 'the prober of this machine is exact enough for the limits';
  try {
    const calibrated = await calibrateProber(environment, signal);
    const all = objections(calibrated, environment.limits, null);
    const unknown = calibrated.kinds.some(({ kind, figures }) => figures === null && [environment.limits, defaultLimitsFor(environment.probe.periodMs)].some((limits) => limitsOn(kind, limits, null).length > 0));
    return [{ title, ok: all.length > 0 ? false : unknown ? null : true, detail: [...all, ...describeCalibrated(calibrated)].join('; '), remedy: all.length > 0 || !unknown ? `${remedy}.` : 'Run it as root, so that every kind of probe that judges a limit can be calibrated.' }];
  } catch (error) {
    return [{ title, ok: false, detail: (error as Error).message, remedy: 'Run it as root, set net.ipv4.ping_group_range, or install iputils-ping.' }];
  }
}

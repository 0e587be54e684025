/**
 * The run record: what a run did and saw, as it happened. Verdicts, reports and comparisons are derived from it
 * by pure functions; nothing in here is an opinion.
 * Times: `t` is nanoseconds since the run's anchor on CLOCK_MONOTONIC (a number: exact for 104 days),
 * `wall` the same moment as ISO 8601 UTC with milliseconds.
 */
import type { AuditHead } from './audit-head.ts';
import type { Calibration } from './calibration.ts';
import type { JudgedBy } from './judged-by.ts';

/** The five verdicts. `inconclusive`: we cannot tell. `blocked`: a precondition did not hold, nothing was injected. */
export type Verdict = 'pass' | 'fail' | 'inconclusive' | 'blocked' | 'not-applicable';

/** Units of a measured figure. Durations are always milliseconds. */
export type Unit = 'ms' | 'packets' | 'errors' | 'writes' | 'bytes';

/** A figure that is only known to lie in [lo, hi]. `null` as hi: no upper bound was observed. */
export interface Interval {
  lo: number;
  hi: number | null;
}

/** The moment something changed: not yet so at `lastBefore`, so at `firstAfter` (both ns since the anchor). */
export interface Transition {
  lastBefore: number;
  firstAfter: number;
}

/**
 * Phases of a recovery, in their order. Each is the time since the fault was commanded: `injected` until the command was accepted,
 * `confirmed` until its effect was there. A scenario reports those that its row has, and only where this order holds.
 */
export const phaseNames = ['injected', 'confirmed', 'detected', 'fenced', 'placed', 'running', 'answering', 'serving', 'redundant'] as const;
export type PhaseName = (typeof phaseNames)[number];

/** Names of measurements. They are also the keys of `limits` in the environment file. */
export const measurementNames = [
  'outage', 'lost', 'platform-downtime', 'platform-brownout', 'heartbeat-gap', 'write-gap', 'migration-time', 'recovery', 'rejoin',
  'degraded-after', 'retired-after', 'repaired-after', 'redundant-after', 'backup-time', 'restore-time', 'service-gap',
] as const;
export type MeasurementName = (typeof measurementNames)[number];

/** Rows of the validation matrix. */
export const rowNames = [
  'cluster-health', 'prerequisites', 'live-migration', 'container-migration', 'node-shutdown', 'node-failure', 'node-return',
  'disk-removal', 'disk-return', 'backup', 'backup-restore', 'service-access', 'maintenance-drain', 'network-partition',
  'failure-during-migration', 'failure-during-backup', 'double-failure', 'quorum-loss', 'replication',
] as const;
export type RowName = (typeof rowNames)[number];

/** What a fault of a scenario was aimed at. */
export interface Target {
  node: string | null;
  /** Role of the node at the time of the fault, for example `coordinator` or `worker`. */
  role: string | null;
  disk: string | null;
}

interface Stamp {
  t: number;
  wall: string;
  /** Which writer appended it, and its number among that writer's events, from 1: a missing one is noticed. */
  by?: string;
  n?: number;
}

interface InScenario extends Stamp {
  scenario: string;
}

/** Events of `events.jsonl`, one a line, append-only. */
export type RunEvent =
  | (Stamp & { kind: 'run-started'; scenario: null })
  | (Stamp & { kind: 'run-ended'; scenario: null; reason: 'completed' | 'interrupted' | 'time-cap' | 'runner-died' })
  /** Events or files from `from` (ns since the anchor) up to this one are missing: they could not be written, or cannot be read. */
  | (Stamp & { kind: 'record-gap'; scenario: null; from: number; lost: number; reason: string })
  | (Stamp & { kind: 'note'; scenario: string | null; level: 'info' | 'warning' | 'error'; message: string })
  /** A scenario that was selected; emitted for each before any runs, so that a missing result is seen. */
  | (InScenario & { kind: 'scenario-planned'; row: RowName; guest: string | null; variant?: string | null; repeat: number; title: string })
  | (InScenario & { kind: 'scenario-started'; row: RowName; guest: string | null; variant?: string | null; repeat: number; title: string; fault: string | null; target: Target })
  /** Refined when the target becomes known only after the start. */
  | (InScenario & { kind: 'target'; target: Target })
  | (InScenario & { kind: 'scenario-ended'; outcome: 'completed' | 'blocked' | 'not-applicable' | 'inconclusive' | 'error'; reason: string | null; missingCapability: string | null })
  | (InScenario & { kind: 'step-started'; step: number; title: string })
  | (InScenario & { kind: 'step-ended'; step: number; title: string; ok: boolean; error: string | null })
  /** A line of progress for the person who watches. */
  | (InScenario & { kind: 'progress'; message: string })
  | (InScenario & { kind: 'probe-started'; probe: string; probeKind: ProbeKind; guest: string | null; target: string; engine: string; engineReason?: string; resolution?: string; periodMs: number; waitMs: number; file: string })
  | (InScenario & { kind: 'probe-stopped'; probe: string; sent: number; answered: number })
  /** The prober could not see between these moments; what falls into it is inconclusive. */
  | (InScenario & { kind: 'prober-blind'; probe: string; from: number; to: number; reason: string })
  /** The gate's and the baseline's window before the fault. */
  | (InScenario & { kind: 'baseline'; from: number; to: number })
  | (InScenario & { kind: 'fault-injecting'; fault: string; target: Target; journal: string | null })
  | (InScenario & { kind: 'fault-injected'; fault: string; target: Target })
  | (InScenario & { kind: 'fault-reverting'; fault: string; target: Target; journal: string | null })
  | (InScenario & { kind: 'fault-reverted'; fault: string; target: Target; verified: boolean })
  /** A phase of the recovery was reached. */
  | (InScenario & { kind: 'phase'; phase: PhaseName; source: string } & Transition)
  /** What a second witness (a log of the cluster, the guest itself) says about when a phase was reached: shown beside it, never mixed with it. */
  | (InScenario & { kind: 'account'; phase: PhaseName; source: string; detail: string } & Transition)
  /** Measure the probe's samples between two moments: outage and lost packets. `measures` names what to derive. */
  | (InScenario & { kind: 'window'; probe: string; measures: 'outage' | 'service-gap'; fromNode: string | null; toNode: string | null; start: number; end: number })
  /** A figure that somebody other than our probes gave, or that follows from two transitions. */
  | (InScenario & { kind: 'measured'; name: MeasurementName; guest?: string | null; fromNode: string | null; toNode: string | null; unit: Unit; source: string; periodMs: number | null } & Interval)
  /**
   * Something that must hold. `ok: null`: the evidence is missing, so we cannot tell. `common`: every scenario expects it,
   * whatever its row is about, so a pass does not rest on it.
   */
  | (InScenario & { kind: 'expectation'; title: string; ok: boolean | null; detail: string; common?: boolean })
  /** A cluster event worth a mark on the timeline. */
  | (InScenario & { kind: 'mark'; title: string })
  /** Redundancy of one storage over time, 0..1 (share of objects or placement groups with all their copies). Early records name the storage in `detail` alone. */
  | (InScenario & { kind: 'redundancy'; storage?: string; share: number; detail: string })
  /** A file below evidence/. */
  | (Stamp & { kind: 'evidence'; scenario: string | null; title: string; file: string; mediaType: string });

/** An event without its stamp, as a caller hands it to the writer. */
export type EventBody = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, 't' | 'wall' | 'by' | 'n'> : never) : never;

/** Kinds of probes, each with a resolution statement of its own. */
export const probeKinds = ['icmp', 'tcp', 'http', 'dns', 'heartbeat'] as const;
export type ProbeKind = (typeof probeKinds)[number];

/** A limit: milliseconds for durations, a count for packets and errors. */
export type Limits = Partial<Record<RowName, Partial<Record<MeasurementName, number>>>>;

/** What one file sets. */
export interface LimitsOfFile {
  file: string;
  limits: Limits;
}

/** What the calibration measured of a kind of probe other than icmp; its attempts share the seconds of icmp's. */
export interface KindCalibration {
  kind: Exclude<ProbeKind, 'icmp'>;
  /** Null: this kind is not calibrated, and why. `dropped` counts attempts whose first packet the kernel dropped. */
  figures: Calibration | null;
  why: string | null;
}

/** `run.json`. Secrets never stand in it. */
export interface RunDescription {
  schema: 1;
  tool: string;
  /** Run id: UTC timestamp and a short random suffix. */
  run: string;
  environment: string;
  platform: string;
  profile: string | null;
  simulated: boolean;
  /** Set when the cluster answered. */
  cluster: { name: string; identity: string; versions: Record<string, string>; settings: Record<string, string> } | null;
  prober: { engine: string; reason: string; periodMs: number; waitMs: number; lateAfterMs: number | null };
  /** Null: nothing is measured by ICMP in this run. Absent: the version that recorded it did not calibrate. */
  calibration?: Calibration | null | undefined;
  /** The other kinds of probes that this run uses. Absent: the version that recorded it calibrated icmp only. */
  calibratedKinds?: KindCalibration[] | undefined;
  /** CLOCK_MONOTONIC at the anchor as a decimal string of nanoseconds, and the wall clock read at the same moment. */
  anchor: { monotonicNs: string; wall: string };
  suites: string[];
  limits: Limits;
  /** The files that set `limits`, in words. */
  limitsFrom: string;
  /** Who set which of `limits`: the first that names one, the environment file last. Absent: the version that recorded it took all from one file, `limitsFrom`. */
  limitFiles?: LimitsOfFile[] | undefined;
  /** What judges where `limits` sets none. Absent: the version that recorded it had no default limits. */
  defaultLimits?: Limits | undefined;
  seed: number;
  host: { name: string; kernel: string; node: string; cores: number; user: string };
  /** The environment file as it was used, secrets as references. */
  environmentFile: Record<string, unknown>;
}

/** One measurement in verdicts.json. */
export interface Measurement extends Interval, JudgedBy {
  name: MeasurementName;
  /** The guest it was measured of; null or absent where it is about the cluster. And the probe that measured it. */
  guest?: string | null;
  probe?: string | null;
  /** The node it moved from and to, for measurements of one move. */
  from: string | null;
  to: string | null;
  unit: Unit;
  verdict: Verdict | null;
  /** Sampling period in ms, null where nothing was sampled. */
  period: number | null;
  source: string;
}

/** What a second witness says about a phase, ms since the fault. `agrees`: its interval and the phase's have a moment in common. */
export interface PhaseAccount extends Interval {
  name: PhaseName;
  source: string;
  detail: string;
  agrees: boolean;
}

/** One scenario in verdicts.json. */
export interface ScenarioVerdict {
  id: string;
  row: RowName;
  guest: string | null;
  /** Which of the row's variants it is, for example the role of the node that fails; null where a row has none. */
  variant?: string | null;
  repeat: number;
  target: Target;
  fault: string | null;
  verdict: Verdict;
  reason: string | null;
  missingCapability: string | null;
  /** Those of its latest fault, ms since it was commanded. */
  phases: ({ name: PhaseName } & Interval)[];
  /** Where one fault after the other was injected: the phases of each, since its own fault. The last one's are `phases`. */
  recoveries?: { target: Target; phases: ({ name: PhaseName } & Interval)[] }[];
  /** The other witnesses' words about the phases, and what they disagree about, as sentences: shown, not averaged. */
  accounts?: PhaseAccount[];
  disagreements?: string[];
  measurements: Measurement[];
  lost: number | null;
  late: number | null;
  sent: number | null;
  duplicates: number | null;
  /** Blind time of the probes of this scenario in ms. */
  blind: number | null;
  startedAt: string | null;
  duration: number | null;
}

/** One run's figure in a statistic. */
export interface StatisticRun extends Interval {
  scenario: string;
  verdict: Verdict;
}

/**
 * Statistics of one measurement of one row over its repeats: of the same guest, variant and move. `n` counts the figures, those
 * without an upper end included; they make median, interval and worst null.
 */
export interface Statistic {
  row: RowName;
  measurement: MeasurementName;
  n: number;
  median: number | null;
  /** Exact confidence interval of the median, at least 95 %; null below 6 figures. */
  interval: Interval | null;
  worst: number | null;
  /** What it is about: guest of the scenario, its variant, role of its target; the guest and the probe that was measured, the nodes of the move. */
  guest?: string | null;
  variant?: string | null;
  role?: string | null;
  of?: string | null;
  probe?: string | null;
  from?: string | null;
  to?: string | null;
  unit?: Unit;
  /** Every run's figure; none is discarded. */
  runs?: StatisticRun[];
  /** Runs of the same scenario that gave no figure (blocked, broken off), by id: missing data is a hole, not a zero. */
  holes?: string[];
}

/** `verdicts.json` */
export interface Verdicts {
  schema: 1;
  /** The version that measured. */
  tool: string;
  /** The version that derived this from the record. Absent: it did not say; it always stands in what this one writes. */
  derivedBy?: string;
  /** Who set the limits that judged, in words: files, or defaults. Absent: the version that derived this did not say. */
  limitsFrom?: string;
  run: string;
  environment: string;
  platform: string;
  profile: string | null;
  simulated: boolean;
  incomplete: boolean;
  verdict: Verdict;
  scenarios: ScenarioVerdict[];
  statistics: Statistic[];
  audit?: AuditHead;
}

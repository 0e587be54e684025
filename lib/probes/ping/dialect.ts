import type { Family } from '../address.ts';
import type { ProbeSpec } from '../probe.ts';

/** A line of a ping program that says something. `atMs`: CLOCK_REALTIME, ms since 1970 with fractions; null: when it was read. */
export type PingLine =
  /** An answer, received at `atMs`. */
  | { kind: 'answer'; seq: number; atMs: number | null; rttMs: number; duplicate: boolean }
  /** The probe before was not answered yet when the next one was about to be sent, at `atMs`. */
  | { kind: 'unanswered'; seq: number; atMs: number | null }
  /** The program gave up a probe that it sent `afterMs` before. */
  | { kind: 'gone'; seq: number; atMs: number | null; afterMs: number }
  /** The kernel refused to send the probe whose turn it was. */
  | { kind: 'refused'; reason: string }
  /** The program cannot work here at all. */
  | { kind: 'fatal'; reason: string };

/** How one ping program is called, and how its lines are understood. */
export interface PingDialect {
  /** For the record, for example `icmp-ping`. */
  name: string;
  /** What it is and how well it keeps its period, for the record. */
  description: string;
  /** No shorter period can be asked of it, ms. */
  leastPeriodMs: number;
  /** Number of its first probe. */
  firstSeq: number;
  /** Whether the sequences that it prints start again at 65536. */
  wraps: boolean;
  /** The longest that it prints nothing while it is well, also when no answers come, ms. */
  quietMs(spec: ProbeSpec): number;
  command(spec: ProbeSpec, family: Family): string[];
  /** Reads the lines of one run of the program, in their order; null for those that say nothing. */
  createParser(spec: ProbeSpec): (line: string) => PingLine | null;
  /** @throws Error with what is missing when it cannot be used here. */
  refuseUnusable(family: Family): Promise<void>;
}

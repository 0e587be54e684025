import type { BeatReading } from '../record/beats.ts';
import type { ProbeSpec } from './probe.ts';

/** Where an engine reports to. Times are ns of CLOCK_MONOTONIC; `id` null stands for all probes of the engine. */
export interface EngineSink {
  /** @param heldNs within what time behind atNs it had left the prober, where that is known */
  sent(id: number, seq: number, atNs: number, heldNs?: number): void;
  answered(id: number, seq: number, atNs: number, sentNs: number, ok: boolean): void;
  blind(id: number | null, fromNs: number, toNs: number, reason: string): void;
  /** What a heartbeat said, asked for at `fromNs` and answered at `toNs`. */
  reading?(id: number, fromNs: number, toNs: number, reading: BeatReading): void;
  /** The engine does not send now; what it misses is blind for this reason. */
  trouble(id: number, reason: string): void;
}

/** Something that sends probes on a grid and matches what comes back. */
export interface Engine {
  /** For the record, for example `icmp-koffi-raw`. */
  name: string;
  reason: string;
  /** It cannot send more often than this, ms. */
  leastPeriodMs: number;
  /** Starts probing; `nextSeq` is asked for the sequence to go on with whenever the engine had to be restarted. */
  add(id: number, spec: ProbeSpec, nextSeq: () => number): void;
  /** Stops sending, and resolves when everything that was sent has been reported. Answers under way are still reported later. */
  remove(id: number): Promise<void>;
  /** Answers are no longer wanted either. */
  forget(id: number): void;
  /** Reports what happened up to now; called every 100 ms, and before a status is given. */
  drain(): void;
  close(): Promise<void>;
}

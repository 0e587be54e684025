import type { ProbeKind } from './types.ts';

/**
 * The raw samples of one probe: `samples/<scenario id>/<probe>.samples`, append-only, about 9 bytes a probe with its reply.
 *
 * The first line is the header as JSON, ended by a newline. Records follow it without separators. A record is one tag byte and
 * its fields; a field is an unsigned LEB128 varint (`u`), the same in zigzag form for signed values (`z`), or text (`u` bytes
 * of UTF-8, the length before them). Times are whole nanoseconds since the run's anchor on CLOCK_MONOTONIC.
 *
 * | tag | record | fields |
 * |---|---|---|
 * | 1 | sent, sequence = last sent + 1 | z: send time - (last send time + period) |
 * | 2 | sent, another sequence | z: sequence - (last sent + 1); z: send time - (last send time + period) |
 * | 3 | answered, sequence = last answered + 1 | z: receive time - time of the record before |
 * | 4 | answered, another sequence | z: sequence - (last answered + 1); z: receive time - time of the record before |
 * | 5 | wrong answer (refused, wrong content) | as 4 |
 * | 6 | blind | z: from - time of the record before; u: to - from; text: reason |
 * | 7 | end | z: time of the end - time of the record before |
 * | 8 | held | u: whole µs, rounded up, within which the probe sent last had left, counted from its send time (schema 2) |
 *
 * "Time of the record before" is that of the last record with tag 1 to 5, whatever its sequence. Everything starts at 0, the last
 * sequences at -1. Late and duplicate answers are records like any other: what they mean is decided when the file is read.
 * Tag 0 does not exist: a tail of zeros, which a crash of the machine may leave, ends the readable part, and so does a record
 * that is cut off. A file without an end record is incomplete.
 *
 * Schema 1 has no tag 8 and says nothing of what lies between the send time of a probe and its leaving. In schema 2 a probe without
 * that record had left within `usualHoldNs`.
 */
export const samplesSchema = 2;

/** Schemas that the reader reads. */
export const readableSchemas: readonly number[] = [1, 2];

/**
 * A send time is taken right before the kernel is called. A call with eight probes, over which they share one send time, took 45 to
 * 100 µs in 98 of 100 calls (veth, two shared cores, idle or busy), so that few probes need a record of their own.
 */
export const usualHoldNs = 100_000;

export const tags = { sentNext: 1, sent: 2, answeredNext: 3, answered: 4, wrong: 5, blind: 6, end: 7, held: 8 } as const;

/** What was probed and how. A `ProbeSpec` is one. */
export interface SampledProbe {
  name: string;
  kind: ProbeKind;
  guest: string | null;
  target: string;
  periodMs: number;
  waitMs: number;
}

/** First line of a samples file. */
export interface SamplesHeader {
  schema: 1 | 2;
  probe: SampledProbe;
  engine: string;
  /** CLOCK_MONOTONIC at the run's anchor, a decimal string of nanoseconds. */
  anchorNs: string;
}

/**
 * How the reason of a blind stretch begins that stands for a suspension of the prober's machine. Its clock stood still: an outage that
 * this stretch touches may be longer than the clock shows, by the length of the stretch.
 */
export const suspendedReason = 'this machine was suspended';

/** A stretch in which the prober could not see, in ns since the anchor. */
export interface BlindStretch {
  fromNs: number;
  toNs: number;
  reason: string;
}

/** Columns, one entry a probe that was sent, in the order of sending. */
export interface Samples {
  length: number;
  seq: Float64Array;
  sentNs: Float64Array;
  /** First answer, NaN when none came. */
  receivedNs: Float64Array;
  /** 1: the first answer was the right one. 0: no answer or a wrong one. */
  ok: Uint8Array;
  /** Answers beyond the first. */
  duplicates: Uint32Array;
  /** Within what time behind `sentNs` a probe had left, ns: by row where it is not the usual. Without it nothing is known of that. */
  held?: { usualNs: number; beyond: ReadonlyMap<number, number> };
}

/** Everything that a samples file holds. Times are ns since the run's anchor. */
export interface Series {
  header: SamplesHeader;
  samples: Samples;
  blind: BlindStretch[];
  /** The moment up to which was recorded: of the end record, or of the last readable record when the recording was cut off. */
  horizonNs: number;
  /** False when the recording was cut off or its tail is unreadable. */
  complete: boolean;
}

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
 *
 * "Time of the record before" is that of the last record with tag 1 to 5, whatever its sequence. Everything starts at 0, the last
 * sequences at -1. Late and duplicate answers are records like any other: what they mean is decided when the file is read.
 * Tag 0 does not exist: a tail of zeros, which a crash of the machine may leave, ends the readable part, and so does a record
 * that is cut off. A file without an end record is incomplete.
 */
export const samplesSchema = 1;

export const tags = { sentNext: 1, sent: 2, answeredNext: 3, answered: 4, wrong: 5, blind: 6, end: 7 } as const;

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
  schema: typeof samplesSchema;
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

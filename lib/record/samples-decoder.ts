import { tags } from './samples.ts';
import type { BlindStretch } from './samples.ts';
import { readSigned, readVarint } from './samples-varint.ts';
import type { VarintCursor } from './samples-varint.ts';

/** Receives the records of a samples file, times in ns since the run's anchor. */
export interface SamplesSink {
  sent(seq: number, atNs: number): void;
  answered(seq: number, atNs: number, right: boolean): void;
  blind(stretch: BlindStretch): void;
  /** The probe sent last had left within this time behind its send time. */
  held?(ns: number): void;
}

/** How far a decoder came. */
export interface DecoderState {
  lastSentSeq: number;
  lastSentNs: number;
  lastAnsweredSeq: number;
  /** Time of the last record that was read. */
  lastNs: number;
  /** The end record was read: nothing follows. */
  complete: boolean;
}

export function beginDecoding(): DecoderState {
  return { lastSentSeq: -1, lastSentNs: 0, lastAnsweredSeq: -1, lastNs: 0, complete: false };
}

/**
 * Decodes records from the cursor on, whole ones only. Behind it the cursor stands on the first record that is cut off, unknown or
 * behind the end: more bytes of a growing file are decoded with the same state from there.
 */
export function decodeSome(state: DecoderState, cursor: VarintCursor, periodMs: number, sink: SamplesSink): void {
  const { buffer } = cursor;
  const periodNs = Math.round(periodMs * 1e6);
  while (!state.complete && cursor.offset < buffer.length) {
    const begin = cursor.offset;
    const tag = buffer[cursor.offset++];
    if (tag === tags.held) {
      const us = readVarint(cursor);
      if (us === null) {
        cursor.offset = begin;
        return;
      }
      sink.held?.(us * 1000);
      continue;
    }
    const skipped = tag === tags.sent || tag === tags.answered || tag === tags.wrong ? readSigned(cursor) : 0;
    const delta = readSigned(cursor);
    const stretch = tag === tags.blind && delta !== null ? readBlind(cursor, state.lastNs + delta) : null;
    if (skipped === null || delta === null || tag === undefined || tag < tags.sentNext || tag > tags.end || (tag === tags.blind && stretch === null)) {
      cursor.offset = begin;
      return;
    }
    if (tag === tags.sentNext || tag === tags.sent) {
      state.lastSentSeq += 1 + skipped;
      state.lastSentNs += periodNs + delta;
      state.lastNs = state.lastSentNs;
      sink.sent(state.lastSentSeq, state.lastSentNs);
    } else if (stretch !== null) sink.blind(stretch);
    else {
      state.lastNs += delta;
      if (tag === tags.end) state.complete = true;
      else {
        state.lastAnsweredSeq += 1 + skipped;
        sink.answered(state.lastAnsweredSeq, state.lastNs, tag !== tags.wrong);
      }
    }
  }
}

function readBlind(cursor: VarintCursor, fromNs: number): BlindStretch | null {
  const lasted = readVarint(cursor);
  const length = readVarint(cursor);
  if (lasted === null || length === null || cursor.offset + length > cursor.buffer.length) return null;
  const reason = new TextDecoder().decode(cursor.buffer.subarray(cursor.offset, cursor.offset + length));
  cursor.offset += length;
  return { fromNs, toNs: fromNs + lasted, reason };
}

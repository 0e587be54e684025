import { readFrom } from './read-from.ts';
import { beginDecoding, decodeSome } from './samples-decoder.ts';
import type { SamplesSink } from './samples-decoder.ts';

/** Reads the records that have been appended to a samples file since the last time. */
export interface SamplesFollower {
  read(): void;
}

const newline = 0x0a;

/**
 * Follows a samples file from its beginning while it grows; nothing is read twice. The file need not exist yet.
 *
 * @param periodMs the probe's period, which the file counts with.
 */
export function followSamples(file: string, periodMs: number, sink: SamplesSink): SamplesFollower {
  let offset = 0;
  let rest: Buffer = Buffer.alloc(0);
  let isBehindHeader = false;
  const state = beginDecoding();
  return {
    read() {
      const fresh = readFrom(file, offset);
      if (fresh.length === 0) return;
      offset += fresh.length;
      rest = Buffer.concat([rest, fresh]);
      if (!isBehindHeader) {
        const end = rest.indexOf(newline);
        if (end < 0) return;
        rest = rest.subarray(end + 1);
        isBehindHeader = true;
      }
      const cursor = { buffer: rest, offset: 0 };
      decodeSome(state, cursor, periodMs, sink);
      rest = rest.subarray(cursor.offset);
    },
  };
}

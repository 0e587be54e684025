import { readFileSync } from 'node:fs';
import { beginDecoding, decodeSome } from './samples-decoder.ts';
import { readableSchemas, usualHoldNs } from './samples.ts';
import type { BlindStretch, Samples, SamplesHeader, Series } from './samples.ts';

/**
 * Reads a samples file, whole or with a tail that a crash cut off (then `complete` is false).
 *
 * @throws Error when the file cannot be read, or when its header is missing, damaged or of an unknown schema.
 */
export function readSamples(file: string): Series {
  return decodeSamples(readFileSync(file), file);
}

/** As `readSamples`, from bytes; `name` stands in error messages. */
export function decodeSamples(bytes: Uint8Array, name: string): Series {
  const newline = bytes.indexOf(0x0a);
  const header = decodeHeader(newline < 0 ? '' : new TextDecoder().decode(bytes.subarray(0, newline)), name);
  return decodeRecords(header, bytes.subarray(newline + 1));
}

function decodeHeader(line: string, name: string): SamplesHeader {
  let header: Partial<SamplesHeader> | null = null;
  try {
    header = JSON.parse(line) as Partial<SamplesHeader> | null;
  } catch {
    header = null;
  }
  if (typeof header?.probe?.periodMs !== 'number') throw new Error(`${name} is no samples file: its first line is not a header. Was it cut off or overwritten? Leave it out of the run.`);
  if (!readableSchemas.includes(header.schema ?? 0)) throw new Error(`${name} has schema ${String(header.schema)}, this version reads ${readableSchemas.join(' and ')}: use the version of the tool that wrote it.`);
  return header as SamplesHeader;
}

function decodeRecords(header: SamplesHeader, bytes: Uint8Array): Series {
  const columns = createColumns(Math.ceil(bytes.length / leastBytesAProbe), header.schema === 1 ? null : usualHoldNs);
  const blind: BlindStretch[] = [];
  const state = beginDecoding();
  decodeSome(state, { buffer: bytes, offset: 0 }, header.probe.periodMs, { sent: columns.sent, answered: columns.answered, held: columns.held, blind: (stretch) => blind.push(stretch) });
  return { header, samples: columns.take(), blind, horizonNs: state.lastNs, complete: state.complete };
}

/**
 * A probe with its answer takes this many bytes or more as long as clocks are real, so that columns of one place for each hold all
 * and need not grow: growing would take twice the memory for a moment.
 */
const leastBytesAProbe = 6;

/** Columns that grow where they must, and the way from a sequence to its row. */
function createColumns(expected: number, usualNs: number | null) {
  let capacity = Math.max(1024, expected);
  let length = 0;
  let seqs = new Float64Array(capacity);
  let sentNs = new Float64Array(capacity);
  let receivedNs = new Float64Array(capacity).fill(Number.NaN);
  let ok = new Uint8Array(capacity);
  let duplicates = new Uint32Array(capacity);
  const beyond = new Map<number, number>();

  const grow = (): void => {
    capacity *= 2;
    const wider = new Float64Array(capacity).fill(Number.NaN);
    wider.set(receivedNs);
    receivedNs = wider;
    seqs = widen(seqs, new Float64Array(capacity));
    sentNs = widen(sentNs, new Float64Array(capacity));
    ok = widen(ok, new Uint8Array(capacity));
    duplicates = widen(duplicates, new Uint32Array(capacity));
  };
  /** Sequences only rise: row of `seq`, or -1. */
  const rowOf = (seq: number): number => {
    let from = 0;
    let to = length - 1;
    while (from <= to) {
      const middle = (from + to) >>> 1;
      const found = seqs[middle] ?? Number.NaN;
      if (found === seq) return middle;
      if (found < seq) from = middle + 1;
      else to = middle - 1;
    }
    return -1;
  };

  return {
    sent: (seq: number, at: number): void => {
      if (length === capacity) grow();
      seqs[length] = seq;
      sentNs[length] = at;
      length++;
    },
    answered: (seq: number, at: number, right: boolean): void => {
      const row = rowOf(seq);
      if (row < 0) return;
      if (Number.isNaN(receivedNs[row])) {
        receivedNs[row] = at;
        ok[row] = right ? 1 : 0;
      } else duplicates[row] = (duplicates[row] ?? 0) + 1;
    },
    held: (ns: number): void => {
      beyond.set(length - 1, ns);
    },
    take(): Samples {
      return {
        length,
        seq: seqs.subarray(0, length),
        sentNs: sentNs.subarray(0, length),
        receivedNs: receivedNs.subarray(0, length),
        ok: ok.subarray(0, length),
        duplicates: duplicates.subarray(0, length),
        ...(usualNs === null ? {} : { held: { usualNs, beyond } }),
      };
    },
  };
}

function widen<T extends Float64Array | Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

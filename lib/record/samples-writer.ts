import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { samplesSchema, tags, usualHoldNs } from './samples.ts';
import type { SampledProbe, SamplesHeader } from './samples.ts';
import { writeVarint, zigzag } from './samples-varint.ts';

/** Longest record: a tag, two varints of 8 bytes, and how long it was held. Blind records bring their text and are measured apart. */
const longestRecord = 24;
/** What is buffered at most while the disk takes nothing, and the room for it at first: a thousand probes have a buffer each. */
const bufferBytes = 64 * 1024;
const firstBytes = 1024;
const longestReason = 1000;

/** Writes one samples file. Times are ns since the run's anchor; fractions are rounded. Nothing but a small buffer stays in memory. */
export interface SamplesWriter {
  readonly file: string;
  /** @param heldNs within what time behind sentNs the probe had left, ns; less than usual without it */
  sent(seq: number, sentNs: number, heldNs?: number): void;
  answered(seq: number, receivedNs: number, ok: boolean): void;
  blind(fromNs: number, toNs: number, reason: string): void;
  /**
   * Hands what is buffered to the kernel; call it every 100-200 ms. A crash of this process loses no more than what came after.
   * Where the disk takes nothing it is tried again the next time: nothing is lost before the buffer is full. True when nothing
   * is left in the buffer. Never throws.
   */
  flush(): boolean;
  /** Why samples were lost (a full disk, a failing one), null while none was. From the first one on nothing is recorded, so the file ends there. */
  trouble(): string | null;
  /** Writes the end record and closes the file. Later calls do nothing. */
  end(atNs: number): void;
}

/** How bytes reach the file; tests put a failing disk in its place. */
type Write = (fd: number, bytes: Uint8Array, offset: number, length: number) => number;

/**
 * Creates the file (and its folder) and writes the header.
 *
 * @throws Error of the file system when the file exists or cannot be written: an old recording is never overwritten.
 */
export function createSamplesWriter(file: string, probe: SampledProbe, engine: string, anchorNs: bigint, write: Write = writeSync): SamplesWriter {
  mkdirSync(dirname(file), { recursive: true });
  const fd = openSync(file, 'ax');
  const header: SamplesHeader = { schema: samplesSchema, probe: { ...probe }, engine, anchorNs: String(anchorNs) };
  writeSync(fd, `${JSON.stringify(header)}\n`);

  const periodNs = Math.round(probe.periodMs * 1e6);
  let buffer = new Uint8Array(firstBytes);
  let used = 0;
  let open = true;
  let lastSentSeq = -1;
  let lastSentNs = 0;
  let lastAnsweredSeq = -1;
  let lastNs = 0;

  let refusal = '';
  let trouble: string | null = null;

  const flush = (): void => {
    if (used === 0) return;
    let written = 0;
    try {
      while (written < used) written += write(fd, buffer, written, used - written);
    } catch (error) {
      refusal = (error as Error).message;
    }
    buffer.copyWithin(0, written, used);
    used -= written;
  };
  /** Closes the file; a record that did not reach it ends the recording. */
  const close = (): void => {
    open = false;
    try {
      closeSync(fd);
    } catch (error) {
      refusal = (error as Error).message;
      trouble ??= refusal;
    }
    if (used > 0) trouble ??= refusal;
  };
  const reserve = (bytes: number): boolean => {
    if (!open || trouble !== null) return false;
    if (used + bytes > buffer.length) flush();
    while (used + bytes > buffer.length && buffer.length < bufferBytes) {
      const wider = new Uint8Array(2 * buffer.length);
      wider.set(buffer);
      buffer = wider;
    }
    if (used + bytes > bufferBytes) trouble = refusal;
    return trouble === null;
  };
  const number = (value: number): void => {
    used = writeVarint(buffer, used, value);
  };
  const sinceLast = (ns: number): void => {
    number(zigzag(ns - lastNs));
    lastNs = ns;
  };

  return {
    file,
    sent(seq, sentNs, heldNs = 0) {
      if (!reserve(longestRecord)) return;
      const at = Math.round(sentNs);
      buffer[used++] = seq === lastSentSeq + 1 ? tags.sentNext : tags.sent;
      if (seq !== lastSentSeq + 1) number(zigzag(seq - lastSentSeq - 1));
      number(zigzag(at - lastSentNs - periodNs));
      lastSentSeq = seq;
      lastSentNs = at;
      lastNs = at;
      if (heldNs <= usualHoldNs) return;
      buffer[used++] = tags.held;
      number(Math.ceil(heldNs / 1000));
    },
    answered(seq, receivedNs, ok) {
      if (!reserve(longestRecord)) return;
      const next = ok && seq === lastAnsweredSeq + 1;
      buffer[used++] = next ? tags.answeredNext : ok ? tags.answered : tags.wrong;
      if (!next) number(zigzag(seq - lastAnsweredSeq - 1));
      sinceLast(Math.round(receivedNs));
      lastAnsweredSeq = seq;
    },
    blind(fromNs, toNs, reason) {
      const text = new TextEncoder().encode(reason.slice(0, longestReason));
      if (!reserve(2 * longestRecord + text.length)) return;
      const from = Math.round(fromNs);
      buffer[used++] = tags.blind;
      number(zigzag(from - lastNs));
      number(Math.max(0, Math.round(toNs) - from));
      number(text.length);
      buffer.set(text, used);
      used += text.length;
    },
    flush() {
      if (open) flush();
      return used === 0;
    },
    trouble: () => trouble,
    end(atNs) {
      if (!open) return;
      if (reserve(longestRecord)) {
        buffer[used++] = tags.end;
        sinceLast(Math.round(atNs));
      }
      flush();
      close();
    },
  };
}

import { closeSync, existsSync, openSync, readSync, writeSync } from 'node:fs';

/** Whoever waits for the other process looks again after this time, ms. */
const lookAgainMs = 5;
const chunkBytes = 2 ** 18;
const newline = 0x0a;

/** A file of lines that one process appends to while another follows it. */
export interface LineWriter {
  /** @param line without a newline in it. */
  append(line: string): void;
  close(): void;
}

/** Begins such a file, or goes on with it. @throws Error of the file system. */
export function openLines(file: string): LineWriter {
  const fd = openSync(file, 'a');
  return {
    append: (line) => void writeSync(fd, `${line}\n`),
    close: () => closeSync(fd),
  };
}

/**
 * Lets the process stand still until something is true.
 *
 * @param parent pid of the process that started this one, whose work it waits for.
 * @throws Error when the parent is gone.
 */
export function waitUntil(isTrue: () => boolean, parent: number): void {
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  while (!isTrue()) {
    if (process.ppid !== parent) throw new Error('The process that makes the report is gone.');
    Atomics.wait(nothing, 0, 0, lookAgainMs);
  }
}

/**
 * The lines of a file, one a call. Where the next is not there yet, or not whole, this process stands still until it is.
 *
 * @param parent as above.
 * @throws Error when the parent is gone.
 */
export function followLines(file: string, parent: number): () => string {
  const chunk = Buffer.alloc(chunkBytes);
  let fd: number | null = null;
  /** What was read and not given out; only the last part can have the end of a line in it. */
  let parts: Buffer[] = [];
  const readMore = (): boolean => {
    if (fd === null && !existsSync(file)) return false;
    fd ??= openSync(file, 'r');
    const got = readSync(fd, chunk);
    if (got > 0) parts.push(Buffer.from(chunk.subarray(0, got)));
    return got > 0;
  };
  return () => {
    while (parts.at(-1)?.includes(newline) !== true) waitUntil(readMore, parent);
    const bytes = Buffer.concat(parts);
    const end = bytes.indexOf(newline);
    parts = [bytes.subarray(end + 1)];
    return bytes.toString('utf8', 0, end);
  };
}
